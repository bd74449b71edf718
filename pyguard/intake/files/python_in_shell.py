"""Python in a command line: `python3 -c TEXT`, `python3 - <<EOF`. What it runs is run where the command stands."""

from __future__ import annotations

from typing import Optional

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Reading, Unreadable
from ..file_text import FileText
from ..shell.state import State

PYTHON = late(r"(?:.*/)?python[\d.]*$")
WORTH = late(r"(?<![A-Za-z])pip(?![A-Za-z])|easy_install|setup\.py|EXTERNALLY-MANAGED|dist-packages")
MAX_PROGRAMS = 100    # of one file


def with_programs(reading: Reading, file: FileText) -> Reading:
    """The reading with what the programs in its command lines run."""
    programs = [(each, text) for each in reading.commands if (text := _program_of(each)) and WORTH.search(text)]
    if not programs:
        return reading
    more = [each for found, text in programs[:MAX_PROGRAMS] for each in _commands(found, text, file)]
    return reading._replace(commands=(*reading.commands, *more))


def _program_of(found: FoundCommand) -> str:
    argv = found.argv
    if PYTHON.match(argv[0]) is None:
        return ""
    words = [word for word in argv[1:] if word == "-c" or word == "-" or not word.startswith("-")]
    if words[:1] == ["-c"]:
        return words[1] if len(words) > 1 else ""
    return found.fed if words[:1] in ([], ["-"]) else ""


def _commands(found: FoundCommand, text: str, file: FileText) -> list[FoundCommand]:
    from .python_source import commands_of  # with ast, which few files need

    at = _line_of(found, text, file)
    try:
        inner = commands_of(FileText(found.location.path, "\n" * at + text), _state_of(found), found.argv[0])
    except Unreadable:    # it fails before it runs anything
        return []
    return inner if at else [each._replace(location=found.location) for each in inner]


def _line_of(found: FoundCommand, text: str, file: FileText) -> int:
    """How many lines stand before a here-document that begins in the line after the command; 0 for any other text."""
    lines = file.text.split("\n")
    first = text.split("\n", 1)[0].strip()
    line: Optional[str] = lines[found.location.end_line] if found.location.end_line < len(lines) else None
    return found.location.end_line if found.fed == text and first and line is not None and line.strip() == first else 0


def _state_of(found: FoundCommand) -> State:
    holds = found.circumstances
    state = State(holds.host, holds.user)
    state.active, state.manager, state.os_packages = holds.active, holds.manager, holds.os_packages
    state.sudo, state.cwd = holds.sudo, holds.cwd
    state.export(holds.environ())
    state.active = holds.active
    return state
