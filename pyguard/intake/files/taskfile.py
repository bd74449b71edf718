"""Taskfiles: each command of a task is a shell of its own, and `{{.NAME}}` a variable of that shell."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .left_on_disk import Left, hand_on
from .repository import FileText, Repository
from .yaml_nodes import compose, is_mapping, items, mapping, source_of, text_of, texts
from .yaml_variables import variables_given

KIND = "taskfile"
NAME = late(r"^taskfile([.-][\w.-]+)?\.ya?ml$", re.I)
MAX_DEPTH = 20    # tasks that need tasks
VARIABLE = late(r"\{\{-?\s*\.(\w+)\s*-?\}\}")


def claims(path: str, head: str) -> bool:
    """Taskfile.yml, Taskfile.dist.yml, and those of a part."""
    return NAME.match(path.rsplit("/", 1)[-1]) is not None


class _Tasks(NamedTuple):
    """A file's tasks, what is read by now, and what each left."""

    root: dict[str, Any]
    tasks: dict[str, Any]
    lines: list[str]
    path: str
    shell: ShellRun
    begun: set[str]
    left: Left


def read(file: FileText, repository: Repository) -> Reading:
    """The commands of every task, on a host that nothing names, behind those of the tasks that it needs."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    tasks = _Tasks(root, mapping(root.get("tasks")), file.text.split("\n"), file.path, shell, set(), Left())
    for name in tasks.tasks:
        _read_task(name, tasks, 0)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _read_task(name: str, tasks: _Tasks, depth: int) -> None:
    if name in tasks.begun or name not in tasks.tasks or depth >= MAX_DEPTH:
        return
    tasks.begun.add(name)
    node = tasks.tasks[name]
    task = mapping(node) if is_mapping(node) else {"cmds": node}
    platforms = texts(task.get("platforms"))
    if platforms and all(each.startswith("windows") for each in platforms):
        return
    state = State(HostName("macos" if platforms and all(each.startswith("darwin") for each in platforms) else ""),
                  User.UNKNOWN)
    state.cwd = text_of(task.get("dir")) if "{{" not in text_of(task.get("dir")) else ""
    for each in items(task.get("deps")):
        _read_task(_named(each) or text_of(each), tasks, depth + 1)
        tasks.left.give([_named(each) or text_of(each)], state)
    given = [level.get(key) for level in (tasks.root, task) for key in ("vars", "env")]
    commands = [*items(task.get("cmds")), *items(task.get("cmd"))]
    for each in commands:    # before the variables of this one are known to the shell
        _read_task(_named(each), tasks, depth + 1)
    with variables_given(given, state, tasks.path, tasks.shell):
        for command in commands:
            _run(command, state, tasks)
    tasks.left.take([name], state)


def _named(node: Any) -> str:
    """`task: x`, with or without variables."""
    return text_of(mapping(node).get("task"))


def _run(command: Any, state: State, tasks: _Tasks) -> None:
    """A line, `cmd: …`, `defer: …` or `task: …`; what it leaves on disk is there for the next one."""
    given = mapping(command)
    tasks.left.give([_named(command)], state)
    source = source_of((given.get("cmd") or given.get("defer")) if given else command, tasks.lines, tasks.path)
    if source is not None:
        source.text = VARIABLE.sub(r"${\1}", source.text)
        hand_on(tasks.shell.run_script(source, state.copy()), state)
