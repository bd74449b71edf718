"""The directories below one, each with what lies in it; links are told apart without asking again for each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple, Optional


class Directory(NamedTuple):
    """`inside` is its path below where the walk began, empty or ended by a slash.

    `folders` are its directories, and may be changed: those that are left are walked, in that order. `names` is the
    rest; `links` are those of them that are symbolic links, wherever they lead.
    """

    inside: str
    folders: list[str]
    names: list[str]
    links: set[str]


def walk(base: str, failed: Optional[Callable[[str, OSError], None]] = None) -> Iterator[Directory]:
    """From the top down. A directory that cannot be listed goes to `failed`, by its path as in `inside`."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            found = _list(base, inside)
        except OSError as error:
            if failed is not None:
                failed(inside, error)
            continue
        yield found
        waiting.extend(f"{inside}{name}/" for name in reversed(found.folders))


def _list(base: str, inside: str) -> Directory:
    found = Directory(inside, [], [], set())
    with os.scandir(f"{base}/{inside}") as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found.folders.append(entry.name)
                continue
            found.names.append(entry.name)
            if entry.is_symlink():
                found.links.add(entry.name)
    return found
