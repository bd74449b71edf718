"""Files of OS packages come back from the archive of the very version that is installed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Union

from ...facts.ownership.diversions import Diversion
from ...model.damage import FilesDamaged
from ...model.impact import Effect, GuardRemoved
from ...model.repair import Action, Left, Phase, Verb
from ..world import World
from .settings import owner_of


def mend(world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
    """One action a package; EXTERNALLY-MANAGED last, when everything that has to be written is written."""
    diverted = {each.source: each for each in world.packages.diversions if each.is_local}
    for effect in effects:
        if isinstance(effect, FilesDamaged):
            directories = [path for path in effect.closed if world.host.is_dir(path)]
            found = {*effect.missing, *effect.changed, *effect.closed} - {*diverted, *directories}
            ways = {parent: _in_the_way(world, parent) for parent in {posixpath.dirname(path) for path in found}}
            yield from (Left(f"{path} stands where {effect.owner.name} has a directory: {_kind(world, path)}",
                             f"sudo mv -T {path} {path}.replaced, then sudo pyguard repair")
                        for path in sorted(set(filter(None, ways.values()))))
            paths = tuple(sorted(path for path in found if not ways[posixpath.dirname(path)]))
            if paths:
                yield _restore(world, Phase.OS_PACKAGES, effect.owner.name, paths, f"{len(paths)} of its files "
                               f"{'are' if len(paths) > 1 else 'is'} not as it was installed")
            yield from (_turned_away(diverted[path]) for path in effect.missing if path in diverted)
            yield from (Left(f"{path} is closed to others than its owner", f"sudo chmod 755 {path}")
                        for path in directories)
        elif isinstance(effect, GuardRemoved) and effect.path in diverted:
            yield _turned_away(diverted[effect.path])
        elif isinstance(effect, GuardRemoved) and effect.path in world.packages.owners:
            yield _restore(world, Phase.EXTERNALLY_MANAGED, world.packages.owners[effect.path], (effect.path,),
                           f"{effect.path} {effect.how.split(' (')[0]}")


def _in_the_way(world: World, directory: str) -> str:
    """On the way to it, what is no directory, or a link into a home: nothing is written there with root's rights."""
    at = 0
    while at >= 0:
        at = directory.find("/", at + 1)
        path = directory[:at] if at >= 0 else directory
        if world.host.is_link(path):
            if not world.host.is_dir(path) or owner_of(world, f"{path}/-"):
                return path
        elif world.host.exists(path) and not world.host.is_dir(path):
            return path
    return ""


def _kind(world: World, path: str) -> str:
    return f"a link to {world.host.readlink(path)}" if world.host.is_link(path) else "a file"


def _turned_away(found: Diversion) -> Left:
    return Left(f"{found.source} was diverted to {found.target}, and nothing stands there", f"sudo {found.undone}")


def _restore(world: World, phase: Phase, package: str, paths: tuple[str, ...], why: str) -> Action:
    return Action(phase, Verb.RESTORE, package, why, paths=paths, version=world.packages.packages[package].version,
                  target=world.packages.packages[package].architecture)
