"""What lies in the operating system's own site directories and belongs to no OS package."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ...model.damage import StrangeFiles
from ...model.facts import OwnerKind
from ..world import World

NAME = "strange files"
GENERATED = ("__pycache__", "dropin.cache")    # byte code; twisted's plugin cache, written when it is installed
OURS = ("_pyguard", "pyguard.pth", "pyguard.start")


def find(world: World) -> Iterator[StrangeFiles]:
    """One effect a directory, each with the topmost paths only."""
    if not world.packages.owners:
        return    # without a package database everything there would be strange
    known = _known(world)
    places = {site.path for view in world.views for site in view.facts.sites
              if site.owner is OwnerKind.OS and site.exists}
    places |= {interpreter.stdlib for interpreter in world.interpreters}
    for place in sorted(places):
        paths = tuple(sorted(_strange(world, place, known, places)))
        if paths:
            yield StrangeFiles(place, paths)


def _known(world: World) -> frozenset[str]:
    """Every owned path, what stands at a diverted one, and every directory above them."""
    found: set[str] = set()
    for path in (*world.packages.owners, *(each.source for each in world.packages.diversions)):
        while path not in found and len(path) > 1:
            found.add(path)
            path = path.rpartition("/")[0]
    return frozenset(found)


def _strange(world: World, place: str, known: frozenset[str], places: set[str]) -> Iterator[str]:
    """By listing, without resolving each path: links are not followed, and only root writes there."""
    located = world.host.locate(place)
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for name, is_directory in _entries(located + below):
            path = f"{place}{below}/{name}"
            if name in GENERATED or name.startswith(OURS) or name.endswith(".pyc") or path in places:
                continue
            if path not in known:
                yield path
            elif is_directory:
                waiting.append(f"{below}/{name}")


def _entries(directory: str) -> list[tuple[str, bool]]:
    try:
        with os.scandir(directory) as found:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    except OSError:
        return []
