"""What a mender is: a module with a `mend` that answers the effects it knows how to put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, Union

from ...model.impact import Effect
from ...model.repair import Action, Left
from ..world import World


class Mender(Protocol):
    """A module satisfies this. It reads, and changes nothing."""

    def mend(self, world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
        """The actions, and what has to be left to a person."""
