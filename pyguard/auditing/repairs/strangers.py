"""What nobody's package put where it is, cannot start, or lies there for a Python that is gone: into the quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Union

from ...model.damage import DeadScript, ModuleBesideScript, OrphanedSite, StrangeFiles
from ...model.impact import CondaBaseMutation, Effect, UserSiteLeak
from ...model.repair import Action, Left, Phase, Verb
from ..world import World
from .settings import owner_of


def mend(world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
    """conda's own environments are conda's business."""
    for effect in effects:
        if isinstance(effect, StrangeFiles):
            for path in effect.paths:
                yield Action(Phase.SHADOWS, Verb.QUARANTINE, path, "no OS package put it there")
        elif isinstance(effect, ModuleBesideScript):
            yield Action(Phase.SHADOWS, Verb.QUARANTINE, effect.path,
                         f"in front of the {effect.module} of {effect.owner}")
        elif isinstance(effect, DeadScript):
            yield _move(world, effect.path, f"{effect.interpreter} is not there")
        elif isinstance(effect, OrphanedSite):
            yield _move(world, effect.path, f"Python {effect.version} is not here any more")
        elif isinstance(effect, CondaBaseMutation):
            yield Left(f"pip has changed conda's base in {effect.prefix}",
                       "conda install --rev 0, then conda update conda; environments are not touched by it")
        elif isinstance(effect, UserSiteLeak):
            yield Left(f"{effect.site} leaks into {effect.interpreter}",
                       f"conda env config vars set -p {effect.interpreter} {effect.variable}=1")


def _move(world: World, path: str, why: str) -> Action:
    return Action(Phase.SHADOWS, Verb.QUARANTINE, path, why, owner_of(world, path))
