"""What a finder is: a module with a `find` that takes the World and tells what has happened there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ...model.impact import Effect
from ..world import World


class Finder(Protocol):
    """A module satisfies this. It reads and never writes; it raises CollectError for what becomes a gap."""

    NAME: str

    def find(self, world: World) -> Iterator[Effect]:
        """What it found; nothing on a system as it was installed."""
