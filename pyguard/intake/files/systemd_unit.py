"""systemd units: what Exec* lines run, as root unless User= says otherwise, on a distribution."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import HostName, Reading
from ..shell.documents import unit_commands, unit_environment
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository
from .switch_lines import SWITCH, report_switch

KIND = "systemd"

BY_PATH = late(r"(/usr)?/bin/(env|(ba|da|z)?sh)\s")


def claims(path: str, head: str) -> bool:
    """*.service and its templates."""
    return path.endswith((".service", ".service.j2", ".service.in")) and "[Service]" in head


def read(file: FileText, repository: Repository) -> Reading:
    """Every Exec* line; systemd exists on distributions only, so their Python is meant."""
    shell = ShellRun()
    for start, end, user in unit_commands(file.text):
        state = State(HostName(), user)
        state.manager = "a systemd unit runs on a distribution"
        if BY_PATH.match(file.text, start):    # systemd itself looks a name up in its own path
            state.export(unit_environment(file.text))
        line = file.text.count("\n", 0, start) + 1
        column = start - (file.text.rfind("\n", 0, start) + 1) + 1
        shell.run_script(SourceText(file.text[start:end].replace("%%", "%"), file.path, line, column), state)
    value = unit_environment(file.text).get(SWITCH, "")
    if value:
        at = file.text.rfind(f"{SWITCH}={value}")
        report_switch(value, file.path, file.text.count("\n", 0, at) + 1, shell)
    return Reading(tuple(shell.found))
