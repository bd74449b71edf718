"""Files of OS packages with Python in them that are gone, or are not what the package manager wrote."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from enum import Enum

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
READ, ENTER = 0o4, 0o5    # everybody else


class State(Enum):
    """Of a file that has contents to compare."""

    WRITTEN = "as the package manager wrote it"
    CHANGED = "not so"
    CLOSED = "so, but not for everybody"


_WRITTEN = {True: State.WRITTEN, False: State.CHANGED}


def find(world: World) -> Iterator[FilesDamaged]:
    """One effect an OS package; byte code is made on the machine and is nobody's damage."""
    missing = _missing_of(world)
    changed: dict[str, set[str]] = {}
    closed: dict[str, set[str]] = {}
    if world.contents and can_check_contents(world.host):
        doors = _Doors(world)
        for content in read_contents(world.host, world.carriers):
            if not _matters(content.path) or content.path in world.links:
                continue
            state = _state(world.host, content)
            shut = doors.shut(content, state)
            if shut:
                closed.setdefault(content.package, set()).add(shut)
            if state is State.CHANGED:
                changed.setdefault(content.package, set()).add(content.path)
    reverse = reverse_dependencies(world.views[0].facts.requesters) if world.views else {}
    for package in sorted(missing.keys() | changed.keys() | closed.keys()):
        lists = [tuple(sorted(found.get(package, ()))) for found in (missing, changed, closed)]
        yield FilesDamaged(Owner(OwnerKind.OS, package, world.packages.packages[package].version),
                           lists[0], lists[1], tools_standing_on(package, reverse), lists[2])


def _missing_of(world: World) -> dict[str, set[str]]:
    gone = dict(_missing(world))
    if gone:
        for path in read_optional(world.host):
            gone.pop(path, None)
    directories = {path.rpartition("/")[0] for path in gone}    # they come back with what is in them
    gone.update(_empty_diversions(world))
    missing: dict[str, set[str]] = {}
    for path, package in gone.items():
        if path not in directories:
            missing.setdefault(package, set()).add(path)
    return missing


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


def _state(host: Host, content: Content) -> State:
    """WRITTEN as well for what is gone: that is said already. A link in a file's place is not the file."""
    place = host.locate(content.path, follow=False)
    try:
        status = os.lstat(place)
        if content.link:
            return _WRITTEN[stat.S_ISLNK(status.st_mode) and os.readlink(place) == content.link]
        if not stat.S_ISREG(status.st_mode):
            return State.CHANGED
        if _digest(place, content.algorithm) != content.digest:
            return State.CHANGED
        return State.CLOSED if content.mode & ~status.st_mode & READ else State.WRITTEN
    except FileNotFoundError:
        return State.WRITTEN
    except PermissionError:
        return State.CLOSED if content.mode & READ else State.WRITTEN
    except (OSError, ValueError):
        return State.CHANGED


class _Doors:
    """What keeps others from a module: the directory on the way to it, or the file itself."""

    def __init__(self, world: World) -> None:
        self.host = world.host
        self.asked = world.uid == 0 or not world.host.root    # a tree that a user unpacked has that user's umask
        self.known: dict[str, str] = {}

    def shut(self, content: Content, state: State) -> str:
        """The path, or an empty one. What is no module may be for some users only."""
        if not self.asked or not PYTHON_TREE.search(content.path):
            return ""
        return self._above(content.path.rpartition("/")[0]) or (content.path if state is State.CLOSED else "")

    def _above(self, directory: str) -> str:
        if directory not in self.known:
            within = PYTHON_TREE.search(directory + "/")
            found = self._above(directory.rpartition("/")[0]) if within else ""
            self.known[directory] = found or (directory if within and self._is_closed(directory) else "")
        return self.known[directory]

    def _is_closed(self, directory: str) -> bool:
        try:
            mode = os.stat(self.host.locate(directory)).st_mode
            return stat.S_ISDIR(mode) and mode & ENTER != ENTER
        except OSError:
            return False    # gone


def _digest(place: str, algorithm: str) -> str:
    """Never of a FIFO that took the file's place meanwhile."""
    found = hashlib.new(algorithm, usedforsecurity=False)
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
