"""Files of OS packages with Python in them that are gone, or are not what the package manager wrote."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator

from ...facts.ownership.contents import Content, can_check_contents, read_contents, read_optional
from ...host import Host
from ...impact.standing import reverse_dependencies, tools_standing_on
from ...model.damage import FilesDamaged
from ...model.facts import Owner, OwnerKind
from ..world import PYTHON_TREE, World

NAME = "OS files"
LEFT_OUT = re.compile(r"^/usr/share/(?:doc|man|info|locale|lintian|bug|help)/|/__pycache__/|\.pyc$")
PROGRAM = re.compile(r"^/usr/(?:s?bin|libexec|games)/")
GUARD = "/EXTERNALLY-MANAGED"
BLOCK = 1024 * 1024


def find(world: World) -> Iterator[FilesDamaged]:
    """One effect an OS package; byte code is made on the machine and is nobody's damage."""
    missing: dict[str, list[str]] = {}
    changed: dict[str, list[str]] = {}
    gone = dict(_missing(world))
    if gone:
        for path in read_optional(world.host):
            gone.pop(path, None)
    directories = {path.rpartition("/")[0] for path in gone}    # they come back with what is in them
    gone.update(_empty_diversions(world))
    for path, package in gone.items():
        if path not in directories:
            missing.setdefault(package, []).append(path)
    if world.contents and can_check_contents(world.host):
        for content in read_contents(world.host, world.carriers):
            if _matters(content.path) and content.path not in world.links and not _is_as_written(world.host, content):
                changed.setdefault(content.package, []).append(content.path)
    reverse = reverse_dependencies(world.views[0].facts.requesters) if world.views else {}
    for package in sorted(missing.keys() | changed.keys()):
        yield FilesDamaged(Owner(OwnerKind.OS, package, world.packages.packages[package].version),
                           tuple(sorted(missing.get(package, ()))), tuple(sorted(changed.get(package, ()))),
                           tools_standing_on(package, reverse))


def _matters(path: str) -> bool:
    return not LEFT_OUT.search(path) and not path.endswith(GUARD)    # the guard has a finder of its own


def _missing(world: World) -> Iterator[tuple[str, str]]:
    """Listed and not there, by listing each directory once."""
    listings: dict[str, frozenset[str]] = {}
    for path, package in world.packages.owners.items():
        if package not in world.carriers or not _matters(path) or not (PYTHON_TREE.search(path) or PROGRAM.match(path)):
            continue
        directory, _, name = path.rpartition("/")
        if directory not in listings:
            listings[directory] = _names(world.host, directory)
        if name not in listings[directory]:
            yield path, package


def _empty_diversions(world: World) -> Iterator[tuple[str, str]]:
    """Modules that the administrator has turned away from their path, and put nothing there."""
    owners = world.packages.owners
    for each in world.packages.diversions:
        if (each.is_local and each.target in owners and each.source not in owners and _matters(each.source)
                and PYTHON_TREE.search(each.source)
                and not os.path.lexists(world.host.locate(each.source, follow=False))):
            yield each.source, owners[each.target]


def _names(host: Host, directory: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(host.locate(directory)))
    except OSError:
        return frozenset()    # the whole directory is gone


def _is_as_written(host: Host, content: Content) -> bool:
    """True as well for what is gone: that is said already. A link in a file's place is not the file."""
    place = host.locate(content.path, follow=False)
    try:
        status = os.lstat(place)
        if content.link:
            return stat.S_ISLNK(status.st_mode) and os.readlink(place) == content.link
        if not stat.S_ISREG(status.st_mode):
            return False
        return _digest(place, content.algorithm) == content.digest
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False


def _digest(place: str, algorithm: str) -> str:
    """Never of a FIFO that took the file's place meanwhile."""
    found = hashlib.new(algorithm, usedforsecurity=False)
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
