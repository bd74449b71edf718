"""The line that brings a foreign library in front of native tools becomes a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Union

from ...facts.variables import HERE
from ...model.impact import Effect, LibraryShadow
from ...model.repair import Action, Left, Phase, Verb
from ..world import World
from .settings import comment_out

LOADER_CACHE = "/etc/ld.so.cache"


def mend(world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
    """One action a line, however many tools it breaks; for ld.so.conf the cache is made anew."""
    shadows = {effect.where: effect for effect in effects if isinstance(effect, LibraryShadow)}
    for where, effect in shadows.items():
        why = f"{effect.variable} gives {effect.tool} {effect.library}"
        if where == HERE:
            yield Left(why, f"unset {effect.variable}, or: env -u {effect.variable} {effect.tool}")
            continue
        yield comment_out(world, where, why)
    if any(effect.variable == "ld.so.conf" for effect in shadows.values()):
        yield Action(Phase.ENVIRONMENT, Verb.LDCONFIG, LOADER_CACHE, "it was made with that line")
