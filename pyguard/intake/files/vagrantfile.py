"""Vagrantfiles: inline shell provisioners, as root on a distribution's box unless they say otherwise."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Call, HostName, Reading, User
from ..shell_run import ShellRun
from ..shell_state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "vagrant"
BOX = late(r"""\.vm\.box\s*=\s*["']([^"']+)["']|BOX\w*\s*=\s*["']([^"']+)["']""")
DOCUMENT = late(r"<<[-~]?[\"']?([A-Z_][A-Z0-9_]*)[\"']?.*\n")
SCRIPT = late(r"""\bpath:?\s*(?:=>)?\s*["']([^"'\n]+\.sh)["']""")
INLINE = late(r"""inline:?\s*(?:=>)?\s*["']([^"'\n]+)["']""")


def claims(path: str, head: str) -> bool:
    """By name."""
    name = path.rsplit("/", 1)[-1]
    return name.startswith("Vagrantfile") or name.endswith(".Vagrantfile")


def read(file: FileText, repository: Repository) -> Reading:
    """Every here-document and every one-line `inline:`."""
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    match = BOX.search(file.text)
    box = (match.group(1) or match.group(2)) if match else ""
    system = next((name for name in ("ubuntu", "debian", "fedora", "centos", "alpine", "rocky", "alma")
                   if name in box.lower()), "")
    images = {"rocky": "rockylinux", "alma": "almalinux"}
    host = HostName(images.get(system, system), f"box {box}") if system else HostName()
    for found in DOCUMENT.finditer(file.text):
        end = re.compile(rf"^[ \t]*{found.group(1)}[ \t]*$", re.M).search(file.text, found.end())
        if end is not None:
            _run(file, found.end(), end.start(), host, shell)
    for found in INLINE.finditer(file.text):
        _run(file, found.start(1), found.end(1), host, shell)
    for found in SCRIPT.finditer(file.text):
        script = repository.follow(found.group(1), file.path)
        if script is not None:
            state = _state(host)
            shell.calls.append(Call(script.path, file.text.count("\n", 0, found.start()) + 1, state))
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _state(host: HostName) -> State:
    state = State(host, User.ROOT)
    if not host.name:
        state.manager = "a Vagrant box is a distribution's"
    return state


def _run(file: FileText, start: int, end: int, host: HostName, shell: ShellRun) -> None:
    line = file.text.count("\n", 0, start) + 1
    column = start - (file.text.rfind("\n", 0, start) + 1) + 1
    state = _state(host)
    shell.run_script(SourceText(file.text[start:end], file.path, line, column), state)
