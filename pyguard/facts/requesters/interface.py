"""What every kind of starter answers: names and the commands behind them, with the places they were read from."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from ...model.facts import Importance
from .started import Reader


class Starter(NamedTuple):
    """Something that starts programs by itself. `name` as people know it: `unit backup.service`, `cron.daily/bar`.

    `path`: the file that says so. `command`: shell text, one command line a line.
    """

    name: str
    path: str
    command: str = ""
    importance: Importance = Importance.NORMAL


class StarterKind(Protocol):
    """A module satisfies this."""

    PLACES: tuple[str, ...]    # directories and files whose change may add or remove one

    def read_starters(self, reader: Reader) -> tuple[Starter, ...]:
        """All of the host's, by name."""
