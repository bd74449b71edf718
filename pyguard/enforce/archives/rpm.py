"""rpm archives: the caches of dnf, yum and zypper, or `dnf download`, and `rpm2cpio` to look inside.

No scriptlet runs and rpm's database stays as it is. The format is cpio's "newc" (cpio(5)).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ...errors import PyguardError
from ...facts.ownership import rpm as database
from ...host import Host
from ..changes.files import NewFile
from .dpkg import _merged as merged
from .interface import Wanted
from .running import run_native

NAME = "rpm"
CACHES = ("/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum", "/var/cache/zypp/packages")
MAGIC = (b"070701", b"070702")
HEADER = 110
TRAILER = "TRAILER!!!"
DEPTH = 6


def available(host: Host) -> bool:
    """rpm and rpm2cpio are C."""
    return database.available(host) and any(host.is_file(f"{place}/rpm2cpio") for place in ("/usr/bin", "/bin"))


def obtain(wanted: Wanted, directory: str, offline: bool, environ: Mapping[str, str]) -> str:
    """In exactly the installed version and release."""
    version = wanted.version.split(":", 1)[-1]
    name = f"{wanted.name}-{version}.{wanted.architecture}.rpm"
    for cache in CACHES:
        for path in _below(cache, name):
            return path
    if not offline and os.path.exists("/usr/bin/dnf"):
        run_native(["/usr/bin/dnf", "-q", "download", "--destdir", directory, name[:-len(".rpm")]], directory,
                   environ)
        if os.path.isfile(os.path.join(directory, name)):
            return os.path.join(directory, name)
    raise PyguardError("no-archive", f"{name} is in none of the package manager's caches",
                       hint=f"dnf reinstall {wanted.name}, or with the file: rpm -Uvh --replacepkgs {name}")


def _below(directory: str, name: str, depth: int = DEPTH) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name == name and entry.is_file(follow_symlinks=False):
            yield entry.path
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, name, depth - 1)


def read(archive: str, paths: Collection[str]) -> Mapping[str, NewFile]:
    """Owner and group are root's: the archive names them, and this reads the numbers that rpm2cpio gives."""
    program = next(path for path in ("/usr/bin/rpm2cpio", "/bin/rpm2cpio") if os.path.exists(path))
    found: dict[str, NewFile] = {}
    for entry in read_cpio(run_native([program, archive])):
        path = merged(entry.name)
        if path not in paths:
            continue
        times = entry.mtime * 1_000_000_000
        if stat.S_ISREG(entry.mode):
            found[path] = NewFile(entry.data, "", entry.mode & 0o7777, 0, 0, times)
        elif stat.S_ISLNK(entry.mode):
            found[path] = NewFile(b"", entry.data.decode("utf-8", "surrogateescape"), 0o777, 0, 0, times)
    return found


class Entry(NamedTuple):
    """One member of the archive."""

    name: str
    mode: int
    mtime: int
    data: bytes


def read_cpio(data: bytes) -> Iterator[Entry]:
    """Raises PyguardError for what breaks off or is another format."""
    at = 0
    while data[at:at + 6] in MAGIC and len(data) >= at + HEADER:
        try:
            fields = [int(data[at + 6 + 8 * index:at + 14 + 8 * index], 16) for index in range(13)]
        except ValueError as error:
            raise PyguardError("bad-archive", "rpm2cpio's output is damaged") from error
        mode, mtime, size, length = fields[1], fields[5], fields[6], fields[11]
        name = data[at + HEADER:at + HEADER + length - 1].decode("utf-8", "surrogateescape")
        start = _aligned(at + HEADER + length)
        if name == TRAILER:
            return
        if len(data) < start + size:
            break
        yield Entry(name, mode, mtime, data[start:start + size])
        at = _aligned(start + size)
    raise PyguardError("bad-archive", "rpm2cpio's output breaks off")


def _aligned(offset: int) -> int:
    return (offset + 3) // 4 * 4
