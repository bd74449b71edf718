"""Lines that switch the guard off, or that bring foreign modules in, become comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Union

from ...facts.variables import HERE
from ...model.damage import PathShadow, PipRedirected
from ...model.impact import (
    CondaBaseActivated,
    Effect,
    EnvironmentLeak,
    GuardSwitchedOff,
    LibraryShadow,
    Shadow,
    StdlibShadow,
)
from ...model.repair import Action, Left, Phase, Verb
from ...model.request import read_location
from ..world import World
from .owned import resolve_parent

HARMLESS = ("nothing of the system's is broken by it, and a program may need it: better set in that program's own unit "
            "or wrapper than for every program")


def mend(world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
    """A variable that is at no fault stays, and is said."""
    native = {(effect.variable, effect.where) for effect in effects if isinstance(effect, LibraryShadow)}
    for effect in effects:
        if isinstance(effect, GuardSwitchedOff):
            yield _answer(world, effect.where, f"{effect.how} switches EXTERNALLY-MANAGED off")
        elif isinstance(effect, PipRedirected):
            yield _answer(world, effect.where, f"{effect.setting} = {effect.value} holds for every pip install")
        elif isinstance(effect, EnvironmentLeak):
            if is_at_fault(world, effect, effects):
                yield _answer(world, effect.where, f"{effect.variable}={effect.value} changes what Python imports")
            elif (effect.variable, effect.where) not in native:
                yield Left(f"{effect.variable}={effect.value} in {effect.where}", HARMLESS)
        elif isinstance(effect, PathShadow):
            yield Left(f"{effect.where} puts {effect.directory} first on PATH", "put it behind: PATH=$PATH:"
                       f"{effect.directory}")
        elif isinstance(effect, CondaBaseActivated):
            yield Left(effect.how, "conda config --set auto_activate_base false")


def is_at_fault(world: World, leak: EnvironmentLeak, effects: Iterable[Effect]) -> bool:
    """PYTHONHOME always; PYTHONPATH only where what it brings in shadows something: it may be somebody's program."""
    if leak.variable != "PYTHONPATH":
        return leak.variable == "PYTHONHOME"
    guilty = {effect.change.site for effect in effects if isinstance(effect, (Shadow, StdlibShadow))}
    entries = [entry for found in world.assignments
               if (found.where, found.variable, found.value) == (leak.where, leak.variable, leak.value)
               for entry in found.entries(_home(world, leak.user))]
    return any(entry in guilty for entry in (entries or leak.value.split(":")))


def _home(world: World, user: str) -> str:
    return next((account.home for account in world.accounts if account.name == user), "/root")


def _answer(world: World, where: str, why: str) -> Union[Action, Left]:
    if where == HERE:
        return Left(f"{why}, in {HERE}", "unset it in this shell, and in whatever set it")
    return comment_out(world, where, why)


def comment_out(world: World, where: str, why: str) -> Union[Action, Left]:
    """The lines of an assignment, or of a setting; never a line on which something else stands as well."""
    place = read_location(where)
    there = [each for each in world.assignments if each.where == where]
    found = next((each for each in there if re.search(rf"\b{each.variable}\b", why)), there[0] if there else None)
    if found is not None and not found.alone:
        return Left(f"{why}, in {where}", f"take {found.variable} out of it by hand: more than that stands on the line")
    lines = tuple(range(place.line, max(place.line, found.last if found else 0) + 1))
    return Action(Phase.ENVIRONMENT, Verb.COMMENT, place.path, why, owner_of(world, place.path, follow=True),
                  lines=lines)


def owner_of(world: World, path: str, follow: bool = False) -> str:
    """The account in whose home it lies: it is changed with that account's rights. Empty for root's own.

    A link of root's may lead into a home, and a home may be one; `follow`: where the path itself leads counts.
    """
    for place in (path, _resolve(world, path, follow)):
        fitting = [(len(home), account.name) for account in world.accounts if account.uid
                   for home in (account.home, world.host.realpath(account.home)) if place.startswith(home + "/")]
        if fitting:
            return max(fitting)[1]
    return ""


def _resolve(world: World, path: str, follow: bool) -> str:
    try:
        return world.host.realpath(path) if follow else resolve_parent(world.host, path)
    except OSError:
        return path    # a loop of links: nothing can be done there with anybody's rights
