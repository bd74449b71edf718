"""An environment that ENV puts on PATH before a later RUN makes it: until then the Python is the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..circumstances import Active, FoundCommand, Ground
from ..shell.effects import apply_effect
from ..shell.state import State


def not_yet_made(found: Sequence[FoundCommand], before: Mapping[Active, Active]) -> list[FoundCommand]:
    """The commands in order; `before` has what was active where an ENV PATH changed it.

    An environment that no command of the same stage makes came with the image or with a COPY, and is there already.
    """
    made: dict[tuple[str, str], int] = {}
    for index, command in enumerate(found):
        for directory in _made_by(command):
            made.setdefault((command.circumstances.host.named_by, directory), index)
    return [_earlier(command, before) if _is_missing(index, command, made) else command
            for index, command in enumerate(found)]


def _made_by(command: FoundCommand) -> set[str]:
    if not any("venv" in word or "virtualenv" in word for word in command.argv[:4]):
        return set()
    state = State()
    state.cwd = command.circumstances.cwd
    apply_effect(list(command.argv), state, 0)
    return state.venvs


def _is_missing(index: int, command: FoundCommand, made: Mapping[tuple[str, str], int]) -> bool:
    active = command.circumstances.active
    return active.ground is Ground.VENV and index < made.get((command.circumstances.host.named_by, active.path), 0)


def _earlier(command: FoundCommand, before: Mapping[Active, Active]) -> FoundCommand:
    active = command.circumstances.active
    return command.within(active=before[active]) if active in before else command
