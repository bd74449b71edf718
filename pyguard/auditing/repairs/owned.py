"""A path that is to be moved away -> the OS package whose files would go, wherever links on the way lead."""

from __future__ import annotations

import posixpath

from ...host import Host
from ..world import World

DIVERSION = "a local diversion (dpkg-divert)"


def find_owned(world: World, path: str) -> tuple[str, str]:
    """Where it leads and who owns it or something below it: an OS package, or a diversion of the administrator's.

    Two empty ones for nobody's. A link at the end is not followed: it is the link that is moved.
    """
    try:
        place = resolve_parent(world.host, path)
    except OSError:
        return "", ""    # a loop of links: there is nothing
    owners = world.packages.owners
    if place in owners:
        return place, owners[place]
    diverted = {each.source: DIVERSION if each.is_local else each.by for each in world.packages.diversions}
    if place in diverted:
        return place, diverted[place]
    if world.host.is_dir(place) and not world.host.is_link(place):
        below = next((owned for owned in (*owners, *diverted) if owned.startswith(place + "/")), "")
        if below:
            return place, owners.get(below) or diverted[below]
    return "", ""


def resolve_parent(host: Host, path: str) -> str:
    """The path without a link on the way to it. Raises OSError for a loop of them."""
    directory, name = posixpath.split(path)
    return posixpath.join(host.realpath(directory), name)
