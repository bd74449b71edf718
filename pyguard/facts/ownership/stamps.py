"""Paths in, values out that differ as soon as what they lead to has changed."""

from __future__ import annotations

from ...host import Host

Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(host: Host, path: str) -> tuple[str, int, int]:
    """Path, time of change in nanoseconds, size; (path, 0, -1) for what is not there.

    The inode's change time, not the modification time: dpkg and rsync set the latter back.
    """
    try:
        status = host.stat(path)
    except OSError:
        return (path, 0, -1)
    return (path, status.st_ctime_ns, status.st_size)
