"""A directory -> the bytes it takes and the bytes that removing it would free, every inode counted once.

Bytes are allocated ones (st_blocks, units of 512 bytes: stat(2)), as `du` and `df` count them. conda links
one file into many environments and its package cache, so that a tree's size and what its removal frees are
two numbers: an inode is freed when all of its names lie inside. Links are never followed, other file systems
never entered, and every directory is opened below the one before it, so that nothing can lead out of the tree.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

BLOCK = 512
DEEPEST = 200    # directories below each other: one descriptor and two frames each
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Shared(NamedTuple):
    """A file with several names: how many lie outside the tree, how many there are, its bytes."""

    outside: int
    names: int
    size: int


@dataclass
class Tree:
    """What one walk found. `size` and `freed` in bytes; `compiled`: the newest __pycache__ (POSIX seconds).

    `problems` are the paths that could not be read or were not entered, with the reason.
    """

    path: str
    device: int = -1
    size: int = 0
    freed: int = 0
    compiled: float = 0.0
    shared: dict[int, Shared] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    apart: frozenset[str] = frozenset()


def measure(path: str, apart: Collection[str] = ()) -> Tree:
    """Walk one tree but for the directories `apart` (environments inside it, say), named by their full path.

    What vanishes meanwhile is not counted; what cannot be read is a problem.
    """
    tree = Tree(path, apart=frozenset(apart))
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            return _measure_file(tree)
        descriptor = os.open(path, DIRECTORY)
    except OSError as error:
        tree.problems.append((path, error.strerror or str(error)))
        return tree
    try:
        tree.device = os.fstat(descriptor).st_dev
        _walk(tree, descriptor, path, 0)
    finally:
        os.close(descriptor)
    return tree


def _measure_file(tree: Tree) -> Tree:
    status = os.lstat(tree.path)
    tree.device = status.st_dev
    if status.st_nlink > 1:
        _count_shared(tree, tree.shared, status)
    else:
        tree.size = tree.freed = status.st_blocks * BLOCK
    return tree


def together(trees: Iterable[Tree]) -> tuple[int, int]:
    """(bytes on disk, bytes freed when all of them go) for trees that do not contain each other."""
    size = freed = 0
    shared: dict[tuple[int, int], Shared] = {}
    for tree in trees:
        size += tree.size
        freed += tree.freed
        for inode, entry in tree.shared.items():
            known = shared.get((tree.device, inode))
            if known is not None:
                size -= entry.size
                entry = entry._replace(outside=known.outside - (entry.names - entry.outside))
            shared[tree.device, inode] = entry
    # what lies wholly inside one tree is in that tree's own `freed` already, and in no other tree
    return size, freed + sum(entry.size for entry in shared.values() if entry.outside <= 0)


def _walk(tree: Tree, descriptor: int, path: str, depth: int) -> None:
    """Count a directory and what is in it; the inner loop runs once a file, hence its plainness."""
    own = os.fstat(descriptor)
    tree.size += own.st_blocks * BLOCK
    tree.freed += own.st_blocks * BLOCK
    below: list[str] = []
    shared = tree.shared
    single = 0
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue    # it vanished under the walk
                if stat.S_ISDIR(status.st_mode):
                    below.append(entry.name)
                elif status.st_nlink == 1:
                    single += status.st_blocks
                else:
                    _count_shared(tree, shared, status)
    except OSError as error:
        tree.problems.append((path, error.strerror or str(error)))
    tree.size += single * BLOCK
    tree.freed += single * BLOCK
    if path.endswith("/__pycache__"):
        tree.compiled = max(tree.compiled, own.st_mtime)
    for name in below:
        _enter(tree, descriptor, f"{path}/{name}", name, depth + 1)


def _count_shared(tree: Tree, shared: dict[int, Shared], status: os.stat_result) -> None:
    known = shared.get(status.st_ino)
    if known is None:
        amount = status.st_blocks * BLOCK
        tree.size += amount
        shared[status.st_ino] = Shared(status.st_nlink - 1, status.st_nlink, amount)
    elif known.outside == 1:
        tree.freed += known.size
        del shared[status.st_ino]
    else:
        shared[status.st_ino] = Shared(known.outside - 1, known.names, known.size)


def _enter(tree: Tree, parent: int, path: str, name: str, depth: int) -> None:
    if path in tree.apart:
        return
    if depth > DEEPEST:
        tree.problems.append((path, f"more than {DEEPEST} directories below each other"))
        return
    try:
        descriptor = os.open(name, DIRECTORY, dir_fd=parent)
    except FileNotFoundError:
        return    # it vanished under the walk
    except OSError as error:
        tree.problems.append((path, error.strerror or str(error)))
        return
    try:
        if os.fstat(descriptor).st_dev != tree.device:
            tree.problems.append((path, "another file system"))
        else:
            _walk(tree, descriptor, path, depth)
    finally:
        os.close(descriptor)
