"""A distribution -> the topmost paths that are all its own: no OS package's and no other distribution's that stays."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ...errors import CollectError
from ...facts.metadata import split_directory_name
from ...facts.metadata_files import LIMIT
from ...facts.site_listing import list_site
from ...host import Host
from ...model.facts import Distribution
from ..world import World

ENDS = (".dist-info", ".egg-info", ".egg-link", ".egg")
BYTE_CODE = "__pycache__"


class Files(NamedTuple):
    """What goes, and what stays because another distribution has it, too: the path with that one's name."""

    own: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]


def files_of(world: World, found: Distribution, staying: Mapping[str, str]) -> Files:
    """`staying`: the paths of what is not to be taken away, as `paths_of` gives them."""
    listed = {path for path in listed_by(world.host, found) if path not in world.packages.owners}
    above = {parent for path in staying for parent in _parents(path)}
    kept = {path for path in listed if path in staying}
    own = {each for path in listed - kept for each in _apart(world.host, path, staying, above)}
    return Files(tuple(sorted(_topmost(world, found.site, own))), tuple(sorted((path, staying[path]) for path in kept)))


def paths_of(world: World, staying: Iterable[Distribution]) -> dict[str, str]:
    """Every path that one of them has, with its name; what nothing speaks of is a copied module and lists nothing."""
    return {path: item.name for item in staying if item.metadata != "none" for path in listed_by(world.host, item)}


def listed_by(host: Host, found: Distribution) -> set[str]:
    """By RECORD or installed-files.txt; a module without metadata is its own file or directory."""
    metadata = _metadata(host, found)
    listed = set(_listed(host, found.site, metadata))
    if metadata:
        listed.add(f"{found.site}/{metadata}")
    if len(listed) < 2 or found.metadata in ("none", "egg-info", "egg", "egg-link"):
        listed |= set(_modules(host, found))
    return listed


def _parents(path: str) -> Iterator[str]:
    while len(path) > 1:
        path = posixpath.dirname(path)
        yield path


def _apart(host: Host, path: str, staying: Mapping[str, str], above: set[str]) -> Iterator[str]:
    """The path itself, or what is in it without what stays."""
    if path in staying:
        return
    if path not in above or host.is_link(path):
        yield path
        return
    for name in _names(host, path):
        yield from _apart(host, f"{path}/{name}", staying, above)


def _metadata(host: Host, found: Distribution) -> str:
    """The entry in the site directory; of several spellings the one with that version."""
    wanted = _normal(found.name)
    for name in _names(host, found.site):
        if name.endswith(ENDS):
            stem, version = split_directory_name(name)
            if _normal(stem) == wanted and (not version or not found.version or version == found.version
                                            or name.endswith((".egg-info", ".egg"))):
                return name
    return ""


def _listed(host: Host, site: str, metadata: str) -> Iterator[str]:
    """Absolute and without `..`; what RECORD places outside of /usr/local and the homes is left out by the caller."""
    if not metadata:
        return
    for name, base in (("RECORD", site), ("installed-files.txt", f"{site}/{metadata}")):
        try:
            lines = host.read_text(f"{site}/{metadata}/{name}", 64 * LIMIT).split("\n")
        except OSError:
            continue
        for line in lines:
            path = line.rsplit(",", 2)[0].strip('"') if name == "RECORD" else line
            if path.strip():
                place = posixpath.normpath(posixpath.join(base, path))
                if _is_near(place, site) and _exists(host, place):
                    yield place


def _is_near(place: str, site: str) -> bool:
    """Below the prefix that the site directory belongs to: /usr/local, ~/.local. A RECORD cannot reach further."""
    return place.startswith(site.split("/lib/", 1)[0].split("/lib64/", 1)[0].rstrip("/") + "/")


def _modules(host: Host, found: Distribution) -> Iterator[str]:
    for name in _names(host, found.site):
        if name.split(".")[0] in {each.split(".")[0] for each in found.import_names} and not name.endswith(ENDS):
            yield f"{found.site}/{name}"


def _topmost(world: World, site: str, listed: set[str]) -> set[str]:
    """A directory goes as a whole where everything in it is listed, or is byte code."""
    tops, known = set(), dict[str, bool]()
    for path in listed:
        top = path
        while True:
            parent = posixpath.dirname(top)
            if parent == site or not parent.startswith(site + "/") or not _is_whole(world, parent, listed, known):
                break
            top = parent
        tops.add(top)
    return {path for path in tops if tops.isdisjoint(_parents(path))}


def _is_whole(world: World, directory: str, listed: set[str], known: dict[str, bool]) -> bool:
    """`known`: what was looked at before; of thousands of files in a directory, each asks for it."""
    if directory not in known:
        known[directory] = all(
            path in listed or name == BYTE_CODE or name.endswith(".pyc") or (
                path not in world.packages.owners and world.host.is_dir(path)
                and _is_whole(world, path, listed, known))
            for name in _names(world.host, directory) for path in [f"{directory}/{name}"])
    return known[directory]


def _names(host: Host, path: str) -> tuple[str, ...]:
    try:
        return list_site(host, path)
    except CollectError:
        return ()


def _exists(host: Host, path: str) -> bool:
    return host.exists(path) or host.is_link(path)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
