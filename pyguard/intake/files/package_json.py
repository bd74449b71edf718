"""package.json: its scripts, on whoever's machine."""

from __future__ import annotations

from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .json_text import load, source_of
from .repository import FileText, Repository

KIND = "package-json"


def claims(path: str, head: str) -> bool:
    """By name."""
    return path.rsplit("/", 1)[-1] == "package.json"


def read(file: FileText, repository: Repository) -> Reading:
    """Every value of `scripts`."""
    data = load(file.text)
    scripts = data.get("scripts") if isinstance(data, dict) else None
    shell = ShellRun()
    offset = max(file.text.find('"scripts"'), 0)
    for value in (scripts.values() if isinstance(scripts, dict) else ()):
        if isinstance(value, str):
            source, offset = source_of(value, file.text, file.path, offset)
            shell.run_script(source, State(HostName(), User.UNKNOWN))
    return Reading(tuple(shell.found))
