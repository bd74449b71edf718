"""Two paths in, whether the one is what the other is: by kind and content, whatever their rights and times."""

from __future__ import annotations

import os
import stat

from .files import is_directory
from .transaction import digest


def digest_at(path: str) -> str:
    """As `digest_of_new` had it; something else's is another."""
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return digest(b"link " + os.fsencode(os.readlink(path)))
    if not stat.S_ISREG(mode):
        return ""
    with open(path, "rb") as file:
        return digest(b"file " + file.read())


def is_same(path: str, other: str) -> bool:
    """The same kind with the same content; of directories, everything below them."""
    if not os.path.lexists(path):
        return False
    if os.path.isdir(path) and not os.path.islink(path):
        return os.path.isdir(other) and not os.path.islink(other) and is_part_of(path, other) and is_part_of(
            other, path)
    return stat.S_IFMT(os.lstat(path).st_mode) == stat.S_IFMT(os.lstat(other).st_mode) and digest_at(
        path) == digest_at(other)


def is_rest_of(path: str, kept: str) -> bool:
    """It is what was kept, or what is left of it where the removal of a directory was interrupted."""
    if is_directory(path) and is_directory(kept):
        return is_part_of(path, kept)
    return is_same(path, kept)


def is_part_of(path: str, whole: str) -> bool:
    """All that is in the one directory is in the other, too."""
    for directory, directories, names in os.walk(path):
        beside = whole + directory[len(path):]
        if not os.path.isdir(beside):
            return False
        for name in [*names, *(each for each in directories if os.path.islink(f"{directory}/{each}"))]:
            if not os.path.lexists(f"{beside}/{name}") or not is_same(f"{directory}/{name}", f"{beside}/{name}"):
                return False
    return True
