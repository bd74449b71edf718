"""package.json: its scripts, on whoever's machine."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import FoundCommand, HostName, Reading, User
from ..shell.make import made_of
from ..shell.npm import PACKAGE, read_goals
from ..shell.run import ShellRun
from ..shell.state import State
from .callers import find_callers
from .json_text import load, source_of
from .repository import FileText, Repository

KIND = "package-json"
WORTH = late(r"pip|python|easy_install|conda|uv\b|poetry|make|\bsh\b|\./")    # else nothing in it is of interest
WITHIN = late(r"\b(?:npm|yarn|pnpm|bun)\s+(?:run\s+|run-script\s+)?(?:-\S+\s+)*([\w:.-]+)")


def claims(path: str, head: str) -> bool:
    """By name."""
    return path.rsplit("/", 1)[-1] == PACKAGE


def read(file: FileText, repository: Repository) -> Reading:
    """The scripts that something here runs as it stands there, the others on a host that nothing names."""
    data = load(file.text)
    given = data.get("scripts") if isinstance(data, dict) else None
    scripts = {name: text for name, text in (given or {}).items() if isinstance(text, str)} \
        if isinstance(given, dict) else {}
    if not any(WORTH.search(text) for text in scripts.values()):
        return Reading()
    found: list[FoundCommand] = []
    run: set[str] = set()
    for state in find_callers(file.path, repository):
        wanted = _closure(made_of(state)[0], scripts)
        run |= wanted
        found += _walk(file, scripts, wanted, state)
    return Reading((*found, *_walk(file, scripts, set(scripts) - run, State(HostName(), User.UNKNOWN))))


def _walk(file: FileText, scripts: dict[str, str], wanted: set[str], state: State) -> list[FoundCommand]:
    shell = ShellRun()
    offset = max(file.text.find('"scripts"'), 0)
    for name, text in scripts.items():
        source, offset = source_of(text, file.text, file.path, offset)
        if name in wanted:
            shell.run_script(source, state.copy())
    return shell.found


def _closure(goals: list[str], scripts: dict[str, str]) -> set[str]:
    """Those scripts, and what they run by name."""
    waiting = [name for name in goals if name in scripts]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for match in WITHIN.finditer(scripts[name])
                        for each in read_goals(["npm", "run", match.group(1)]) if each in scripts]
    return found
