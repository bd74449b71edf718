"""A directory -> the bytes it takes and the bytes that removing it would free, every inode counted once.

Bytes are allocated ones (st_blocks, units of 512 bytes: stat(2)), as `du` and `df` count them. conda links
one file into many environments and its package cache, so that a tree's size and what its removal frees are
two numbers: an inode is freed when all of its names lie inside. Links are never followed, other file systems
never entered, and every directory is opened below the one before it, so that nothing can lead out of the tree.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Optional

BLOCK = 512
DEEPEST = 200    # directories below each other: one descriptor and two frames each
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
Shared = dict[int, tuple[int, int]]    # an inode with several names: how many, and its bytes
Inodes = dict[int, Shared]             # by file system


@dataclass
class Tree:
    """What one walk found. `size` and `freed` in bytes; `compiled`: the newest __pycache__ (POSIX seconds).

    `inside` counts the names that an inode of `shared` has in here; `problems` are the paths that could not
    be read or were not entered, with the reason.
    """

    path: str
    device: int = -1
    size: int = 0
    freed: int = 0
    compiled: float = 0.0
    shared: Shared = field(default_factory=dict)
    inside: dict[int, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    apart: frozenset[str] = frozenset()

    def alone(self, blocks: int) -> None:
        """What nobody else has a name of."""
        self.size += blocks * BLOCK
        self.freed += blocks * BLOCK


def measure(path: str, apart: Collection[str] = (), inodes: Optional[Inodes] = None) -> Tree:
    """Walk one tree but for the directories `apart` (environments inside it, say), named by their full path.

    What vanishes meanwhile is not counted; what cannot be read is a problem. Trees that share files are
    measured faster with one `inodes` for all of them: an inode is asked for once.
    """
    tree = Tree(path, apart=frozenset(apart))
    try:
        status = os.lstat(path)
        tree.device = status.st_dev
        tree.shared = {} if inodes is None else inodes.setdefault(status.st_dev, {})
        if stat.S_ISDIR(status.st_mode):
            descriptor = os.open(path, DIRECTORY)
            try:
                _walk(tree, descriptor, path, 0)
            finally:
                os.close(descriptor)
        else:
            _count_file(tree, status)
    except OSError as error:
        tree.problems.append((path, error.strerror or str(error)))
    for inode, count in tree.inside.items():
        names, size = tree.shared[inode]
        tree.size += size
        tree.freed += size if count >= names else 0
    return tree


def together(trees: Iterable[Tree]) -> tuple[int, int]:
    """(bytes on disk, bytes freed when all of them go) for trees that do not contain each other."""
    size = freed = 0
    inside: dict[int, Counter[int]] = {}
    shared: Inodes = {}
    for tree in trees:
        size += tree.size
        freed += tree.freed
        counts = inside.setdefault(tree.device, Counter())
        known = shared.setdefault(tree.device, {})
        for inode, count in tree.inside.items():
            names, amount = known.setdefault(inode, tree.shared[inode])
            size -= amount if inode in counts else 0
            freed -= amount if count >= names else 0
            counts[inode] += count
    return size, freed + sum(shared[device][inode][1] for device, counts in inside.items()
                             for inode, count in counts.items() if count >= shared[device][inode][0])


def _walk(tree: Tree, descriptor: int, path: str, depth: int) -> None:
    """Count a directory and what is in it; the inner loop runs once a file, hence its plainness.

    An inode that is known to have several names is not asked again: readdir(3) says which it is.
    """
    own = os.fstat(descriptor)
    tree.alone(own.st_blocks)
    below: list[str] = []
    shared, inside = tree.shared, tree.inside
    single = 0
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                inode = entry.inode()
                if inode in shared:
                    inside[inode] = inside.get(inode, 0) + 1
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue    # it vanished under the walk
                if stat.S_ISDIR(status.st_mode):
                    below.append(entry.name)
                elif status.st_nlink == 1:
                    single += status.st_blocks
                else:
                    _count_file(tree, status)
    except OSError as error:
        tree.problems.append((path, error.strerror or str(error)))
    tree.alone(single)
    if path.endswith("/__pycache__"):
        tree.compiled = max(tree.compiled, own.st_mtime)
    for name in below:
        _enter(tree, descriptor, f"{path}/{name}", name, depth + 1)


def _count_file(tree: Tree, status: os.stat_result) -> None:
    if status.st_nlink == 1:
        tree.alone(status.st_blocks)
        return
    tree.shared[status.st_ino] = (status.st_nlink, status.st_blocks * BLOCK)
    tree.inside[status.st_ino] = tree.inside.get(status.st_ino, 0) + 1


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
