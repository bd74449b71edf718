"""Taskfiles: each command of a task is a shell of its own, and `{{.NAME}}` a variable of that shell."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .repository import FileText, Repository
from .yaml_nodes import compose, is_mapping, items, mapping, source_of, text_of, texts
from .yaml_variables import variables_given

KIND = "taskfile"
NAME = late(r"^taskfile([.-][\w.-]+)?\.ya?ml$", re.I)
VARIABLE = late(r"\{\{-?\s*\.(\w+)\s*-?\}\}")


def claims(path: str, head: str) -> bool:
    """Taskfile.yml, Taskfile.dist.yml, and those of a part."""
    return NAME.match(path.rsplit("/", 1)[-1]) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """The commands of every task, on a host that nothing names."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    lines = file.text.split("\n")
    for node in mapping(root.get("tasks")).values():
        task = mapping(node) if is_mapping(node) else {"cmds": node}
        platforms = texts(task.get("platforms"))
        if platforms and all(each.startswith("windows") for each in platforms):
            continue
        state = State(HostName("macos" if platforms and all(each.startswith("darwin") for each in platforms) else ""),
                      User.UNKNOWN)
        state.cwd = text_of(task.get("dir")) if "{{" not in text_of(task.get("dir")) else ""
        given = [level.get(key) for level in (root, task) for key in ("vars", "env")]
        with variables_given(given, state, file.path, shell):
            for command in (*items(task.get("cmds")), *items(task.get("cmd"))):
                _run(command, state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _run(command: Any, state: State, shell: ShellRun, lines: list[str], path: str) -> None:
    """A line, `cmd: …`, or `defer: …`; what the package manager brought holds for the next one."""
    given = mapping(command)
    source = source_of((given.get("cmd") or given.get("defer")) if given else command, lines, path)
    if source is not None:
        source.text = VARIABLE.sub(r"${\1}", source.text)
        end = shell.run_script(source, state.copy())
        state.manager = state.manager or end.manager
