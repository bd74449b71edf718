"""Distributions in front of the operating system's are moved away by their RECORD, and nothing that a package owns."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Union

from ...model.damage import StdlibNameTaken
from ...model.facts import Distribution, OwnerKind
from ...model.impact import CommandShadow, Effect, PipReplaced, Shadow, StdlibShadow
from ...model.repair import Action, Left, Phase, Verb
from ..as_user import acting_as
from ..world import View, World
from .installed import files_of, paths_of
from .settings import owner_of


def mend(world: World, effects: Sequence[Effect]) -> Iterator[Union[Action, Left]]:
    """What a `.pth` line brings in stays where it is, and the line goes; so does what PYTHONPATH brings in."""
    guilty = tuple(dict.fromkeys(_guilty(effects)))
    going = {(site, name) for site, name, _, _ in guilty}
    staying: dict[tuple[str, str], Mapping[str, str]] = {}
    for site, name, version, why in guilty:
        for view, found in _distributions(world, site, name, version):
            scheme = next(each.scheme for each in view.facts.sites if each.path == site)
            if scheme == "pythonpath":
                continue    # `settings` answers the variable
            with acting_as(world.host, view.account, world.uid):
                key = (view.account.name, view.facts.interpreter.path)
                if key not in staying and scheme != "pth":
                    staying[key] = paths_of(world, _staying(view, going))
                answers = list(_path_line(world, view, site, why) if scheme == "pth"
                               else _moves(world, found, why, staying[key]))
            yield from answers
            break
    for effect in effects:
        if isinstance(effect, CommandShadow):
            yield Action(Phase.SHADOWS, Verb.QUARANTINE, effect.command, f"it hides {effect.shadowed}",
                         owner_of(world, effect.command))


def _guilty(effects: Sequence[Effect]) -> Iterator[tuple[str, str, str, str]]:
    for effect in effects:
        if isinstance(effect, Shadow):
            owner = effect.loser.owner.name if effect.loser.owner else effect.loser.name
            yield effect.change.site, effect.change.name, effect.change.version or "", f"in front of {owner}"
        elif isinstance(effect, PipReplaced):
            yield effect.change.site, "pip", effect.change.version or "", "in front of the distribution's pip"
        elif isinstance(effect, StdlibShadow):
            yield (effect.change.site, effect.change.name, effect.change.version or "",
                   "in front of the standard library")
        elif isinstance(effect, StdlibNameTaken):
            name, _, version = effect.name.partition(" ")
            yield effect.site, name, version, "it takes a name of the standard library"


def _distributions(world: World, site: str, name: str, version: str) -> Iterator[tuple[View, Distribution]]:
    for view in world.views:
        for item in view.facts.distributions:
            if (item.site, item.name, item.version) == (site, name, version):
                yield view, item


def _staying(view: View, going: Container[tuple[str, str]]) -> list[Distribution]:
    """Everywhere but in the operating system's own directories; another version of what goes is in the way as well."""
    return [item for item in view.facts.distributions if (item.site, item.name) not in going
            and not (item.owner and item.owner.kind is OwnerKind.OS)]


def _moves(world: World, found: Distribution, why: str,
           staying: Mapping[str, str]) -> Iterator[Union[Action, Left]]:
    user = owner_of(world, found.site)
    what = f"{found.name} {found.version}".rstrip()
    paths, shared = files_of(world, found, staying)
    for path, other in shared:
        yield Left(f"{path} of {what}", f"it is {other}'s as well, and stays")
    if not paths and not shared:
        yield Left(f"{what} in {found.site}, {why}", "its files cannot be told: no RECORD names them")
    for path in paths:
        yield Action(Phase.SHADOWS, Verb.QUARANTINE, path, f"{what}, {why}", user)


def _path_line(world: World, view: View, path: str, why: str) -> Iterator[Union[Action, Left]]:
    """The line of a .pth file that adds the directory."""
    for site in view.facts.sites:
        if not site.exists or site.owner is OwnerKind.OS:
            continue
        for name in world.host.list(site.path) if world.host.is_dir(site.path) else ():
            if not name.endswith(".pth"):
                continue
            place = f"{site.path}/{name}"
            for number, line in enumerate(world.host.read_text(place, 65536).split("\n"), 1):
                if line.strip() and world.host.realpath(f"{site.path}/{line.strip()}" if not line.startswith("/")
                                                        else line.strip()) == world.host.realpath(path):
                    yield Action(Phase.SHADOWS, Verb.COMMENT, place, f"it adds {path}, {why}",
                                 owner_of(world, place, follow=True), lines=(number,))
