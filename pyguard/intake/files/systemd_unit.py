"""systemd units: what Exec* lines run, as root unless User= says otherwise, on a distribution."""

from __future__ import annotations

from ..circumstances import HostName, Reading
from ..shell.documents import unit_commands
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "systemd"


def claims(path: str, head: str) -> bool:
    """*.service and its templates."""
    return path.endswith((".service", ".service.j2", ".service.in")) and "[Service]" in head


def read(file: FileText, repository: Repository) -> Reading:
    """Every Exec* line; systemd exists on distributions only, so their Python is meant."""
    shell = ShellRun()
    for start, end, user in unit_commands(file.text):
        state = State(HostName(), user)
        state.manager = "a systemd unit runs on a distribution"
        line = file.text.count("\n", 0, start) + 1
        column = start - (file.text.rfind("\n", 0, start) + 1) + 1
        shell.run_script(SourceText(file.text[start:end].replace("%%", "%"), file.path, line, column), state)
    return Reading(tuple(shell.found))
