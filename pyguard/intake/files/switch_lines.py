"""A line of settings that ends pip's guard for what follows is reported where the host's own pip runs there."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Ground
from ..shell.run import ShellRun
from ..source_text import SourceText

SWITCH = "PIP_BREAK_SYSTEM_PACKAGES"
PIP = late(r"pip[\d.]*$")


def report_switch(value: str, path: str, line: int, shell: ShellRun, before: int = 0) -> None:
    """`line` sets the variable for the commands found since `before`: it stands where the first of the host's does."""
    run = next((each for each in shell.found[before:] if _is_of_host(each)), None)
    if run is not None:
        place = SourceText("", path, line).locate(0, 0)
        shell.found.append(FoundCommand(("env:", f"{SWITCH}={value}"), place, run.circumstances))


def _is_of_host(found: FoundCommand) -> bool:
    name = found.argv[0].rsplit("/", 1)[-1]
    is_pip = PIP.match(name) is not None or (name.startswith("python") and found.argv[1:3] == ("-m", "pip"))
    return is_pip and "install" in found.argv and found.circumstances.active.ground is Ground.HOST and (
        "/" not in found.argv[0] or found.argv[0].startswith(("/usr/bin/", "/bin/")))
