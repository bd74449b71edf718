"""cloud-init user-data: runcmd and bootcmd as root on a distribution, and the scripts that write_files puts there."""

from __future__ import annotations

import re
import shlex
from typing import Any

from ...model.late_pattern import late
from ..circumstances import FoundCommand, HostName, Reading, User, Written
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .preseed import installer_state
from .repository import FileText, Repository
from .script_steps import run_apart, run_written
from .yaml_nodes import YamlError, compose, is_sequence, items, line_of, mapping, source_of, text_of, texts

KIND = "cloud-init"
PER = late(r"^[ \t]*(?:\S*/)?cloud-init-per[ \t]+\w+[ \t]+\S+[ \t]+", re.M)    # how often, and under which name

MULTIPART = late(r"(?:[\w-]+:[^\n]*\n)*?Content-Type:\s*multipart/", re.I)
PART = late(r"^--[^\n]+\n(?:[\w-]+:[^\n]*\n)+[ \t]*\n(#[^\n]*(?:\n(?!--)[^\n]*)*)", re.M)


def claims(path: str, head: str) -> bool:
    """By its first line (cloud-init's own way), or as a mail of several parts."""
    return head.lstrip("\ufeff").startswith("#cloud-config") or MULTIPART.match(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """All commands; text that is no YAML (a here-document at column 0) is scanned line by line."""
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    if MULTIPART.match(file.text):
        return _parts(file, repository, shell)
    lines = file.text.split("\n")
    state = State(HostName("ubuntu", "cloud-init runs it as root on a distribution"), User.ROOT)
    try:
        root = mapping(compose(file.text))
    except YamlError:
        _scan(lines, file.path, state, shell)
        return Reading(tuple(shell.found))
    if any(package.startswith("python3") for package in texts(root.get("packages"))):
        state.manager = "packages: has python3"
    for node in items(root.get("write_files")):
        entry = mapping(node)
        source = source_of(entry.get("content"), lines, file.path)
        if source is not None:
            _written(source, text_of(entry.get("path")), state, shell)
    _ansible(mapping(root.get("ansible")), state, shell, file.path)
    installed = mapping(root.get("autoinstall"))
    _run_each(installed.get("late-commands"), installer_state(), shell, lines, file.path)
    for part in (root, mapping(installed.get("user-data"))):
        for key in ("bootcmd", "runcmd"):
            _run_each(part.get(key), state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _ansible(given: dict[str, Any], state: State, shell: ShellRun, path: str) -> None:
    """`install_method: pip`: by cloud-init's own Python, the distribution's; as `run_user` or root."""
    if text_of(given.get("install_method")) != "pip":
        return
    inner = state.copy()
    user = text_of(given.get("run_user"))
    inner.user = User.ORDINARY if user and user != "root" else User.ROOT
    words = ["/usr/bin/python3", "-m", "pip", "install", *(["--user"] if user else []),
             text_of(given.get("package_name")) or "ansible-core"]
    shell.run_script(SourceText(shlex.join(words), path, line_of(given["install_method"])), inner)


def _run_each(node: Any, state: State, shell: ShellRun, lines: list[str], path: str) -> None:
    for each in (node.value if node is not None and is_sequence(node) else []):
        if is_sequence(each):
            place = SourceText("", path, line_of(each), int(each.start_mark.column) + 1).locate(0, 0)
            text = PER.sub("", shlex.join(texts(each)))
            shell.run_script(SourceText(text, path, fixed=place), state.copy())
        else:
            run_apart([each], state, shell, lines, path, PER)


def _parts(file: FileText, repository: Repository, shell: ShellRun) -> Reading:
    """Of several parts in one mail: scripts, and cloud-config each for itself."""
    found: list[FoundCommand] = []
    for match in PART.finditer(file.text):
        above = "\n" * file.text.count("\n", 0, match.start(1))
        if match.group(1).startswith("#cloud-config"):
            found += read(FileText(file.path, above + match.group(1)), repository).commands
        elif match.group(1).startswith("#!"):
            state = State(HostName(), User.ROOT)
            state.manager = "cloud-init runs it as root on a distribution"
            shell.run_script(SourceText(match.group(1), file.path, len(above) + 1), state)
    return Reading((*found, *shell.found), (), tuple(shell.calls))


def _written(source: SourceText, path: str, state: State, shell: ShellRun) -> None:
    run_written(source, path, state, shell)
    shell.found.append(FoundCommand(("write_files",), source.locate(0, len(source.text)), state.circumstances(),
                                    Written(path, source.text)))


def _scan(lines: list[str], path: str, state: State, shell: ShellRun) -> None:
    """Each list entry and each line of a block as a command of its own."""
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*(?:- )?(?=\S)", line)
        text = line[match.end():] if match else ""
        if text and not text.startswith("#"):
            shell.run_script(SourceText(text, path, number, (match.end() if match else 0) + 1), state.copy())
