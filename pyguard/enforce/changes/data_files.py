"""Files that an install puts outside of its site directory (share/, etc/, include/): kept before, brought back after.

A wheel may put files anywhere below the prefix (binary distribution format, `*.data/data`), and that is far too much
to keep whole: ~/.local/share alone. What was installed is on record, in RECORD or installed-files.txt; what lies in
the prefix's smaller directories is kept by hard links, in case the install writes over a file of somebody else's.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence

from . import files

MOST_ENTRIES = 20_000                # of one directory below the prefix
MOST_BYTES = 256 * 1024 * 1024
LARGEST_RECORD = 64 * 1024 * 1024
LISTS = (("RECORD", ".dist-info", ".."), ("installed-files.txt", ".egg-info", ""))    # what its paths are relative to


def recorded(site: str, place: str, data: str, covered: Sequence[str]) -> frozenset[str]:
    """What the distributions in a site directory have below `data` and not below `covered`.

    `place`: where its content lies, which is elsewhere when it was kept.
    """
    found = set()
    for name in _listing(place):
        for file, suffix, base in LISTS:
            if name.endswith(suffix):
                for line in _lines(f"{place}/{name}/{file}"):
                    path = line.rsplit(",", 2)[0].strip('"') if file == "RECORD" else line
                    found.add(os.path.normpath(os.path.join(site, name, base, path)))
    return frozenset(path for path in found if _is_below(path, [data]) and not _is_below(path, covered))


def keep(data: str, covered: Sequence[str], before: frozenset[str], kept: str) -> None:
    """Make the directory `kept`, in which each file has its own path; directories have their times."""
    beside = files.temporary(kept)
    files.remove(beside)
    os.mkdir(beside, 0o700)
    for name in _listing(data):
        child = f"{data}/{name}"
        if child not in covered and os.path.isdir(child) and not os.path.islink(child):
            os.makedirs(beside + child)    # for its times
            if not any(_is_below(path, [child]) for path in (*covered, kept)):
                for path in _small(child):
                    _keep_one(path, beside)
    for path in before:
        if os.path.lexists(path):
            _keep_one(path, beside)
    for directory, _, _ in os.walk(beside, topdown=False):
        original = directory[len(beside):]
        if _is_below(original, [data]) or original == data:
            status = os.stat(original)
            os.utime(directory, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.rename(beside, kept)


def changed(data: str, kept: str, before: frozenset[str], now: frozenset[str], since: int) -> list[str]:
    """What is on record now and came after `since` (ns), and what was kept and is other by now."""
    real = os.path.realpath(data)
    found = []
    for path in sorted(before | now):
        old = kept + path
        if os.path.lexists(old):
            if not _same_file(old, path):
                found.append(path)
        elif (path in now and _is_below(os.path.realpath(os.path.dirname(path)), [real])
              and os.path.lexists(path) and os.lstat(path).st_ctime_ns >= since):
            found.append(path)
    return found


def tidy(data: str, kept: str, paths: Sequence[str]) -> None:
    """After `paths` were put back: the directories that were made for them go, the others have their times."""
    for path in paths:
        if not os.path.lexists(kept + path):
            _prune(os.path.dirname(path), data, kept)
    for directory, _, _ in os.walk(kept, topdown=False):
        original = directory[len(kept):]
        if (_is_below(original, [data]) or original == data) and os.path.isdir(original):
            status = os.stat(directory)
            with contextlib.suppress(PermissionError):
                os.utime(original, ns=(status.st_atime_ns, status.st_mtime_ns))


def _small(child: str) -> list[str]:
    """Every file and directory below; none where there is too much of it, or what is no directory."""
    found, size = [], 0
    for directory, directories, names in os.walk(child):
        found.append(directory)
        for name in [*names, *(each for each in directories if os.path.islink(f"{directory}/{each}"))]:
            status = os.lstat(f"{directory}/{name}")
            if stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
                found.append(f"{directory}/{name}")
                size += status.st_size
        if len(found) > MOST_ENTRIES or size > MOST_BYTES:
            return []
    return found


def _keep_one(path: str, kept: str) -> None:
    """A hard link; a copy on another file system, and where the kernel gives none (protected_hardlinks, proc(5))."""
    target = kept + path
    if os.path.lexists(target):
        return
    if os.path.isdir(path) and not os.path.islink(path):
        os.makedirs(target, exist_ok=True)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError:
        files.copy(path, target)


def _same_file(one: str, other: str) -> bool:
    """The hard link that was kept, or what cannot be told from it."""
    if not os.path.lexists(other):
        return False
    first, second = os.lstat(one), os.lstat(other)
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino) or (
        first.st_mode, first.st_size, first.st_mtime_ns) == (second.st_mode, second.st_size, second.st_mtime_ns)


def _prune(directory: str, data: str, kept: str) -> None:
    """Directories that were made for it, as far as they are empty."""
    while _is_below(directory, [data]) and not os.path.isdir(kept + directory):
        try:
            os.rmdir(directory)
        except FileNotFoundError:
            pass
        except OSError:
            return
        directory = os.path.dirname(directory)


def _is_below(path: str, places: Sequence[str]) -> bool:
    return any(path.startswith(place.rstrip("/") + "/") for place in places)


def _listing(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _lines(path: str) -> Iterator[str]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            yield from file.read(LARGEST_RECORD).decode("utf-8", "surrogateescape").splitlines()
