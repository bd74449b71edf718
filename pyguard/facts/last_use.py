"""An environment on disk -> the newest sign that somebody used it, and which sign that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..host import Host
from .stored_environments import Found

PROGRAMS = ("python", "python3")
RECORDS = ("conda-meta/history", "pyvenv.cfg", "pipx_metadata.json", "uv-receipt.toml")


class Sign(NamedTuple):
    """When (POSIX seconds) and by which evidence."""

    when: float
    because: str


def find_last_use(host: Host, found: Found, compiled: float) -> Sign:
    """The newest of: its interpreter read, a module compiled, its record written; (0, "") without any.

    The time of reading is only kept to a day (relatime, mount(8)) or not at all (noatime), so it is one sign
    among others. `compiled` is the newest __pycache__ directory.
    """
    signs = [*_interpreter(host, found), *_records(host, found)]
    if compiled:
        signs.append(Sign(compiled, "a module was compiled"))
    return max(signs, default=Sign(0.0, ""))


def _interpreter(host: Host, found: Found) -> Iterator[Sign]:
    for name in PROGRAMS:
        path = f"{found.prefix}/bin/{name}"
        try:
            if host.realpath(path).startswith(found.prefix + "/"):    # a venv's is the base's: read by others too
                yield Sign(host.stat(path).st_atime, f"bin/{name} was read")
        except OSError:
            continue    # not there, or leads nowhere


def _records(host: Host, found: Found) -> Iterator[Sign]:
    for name in RECORDS:
        try:
            yield Sign(host.stat(f"{found.prefix}/{name}").st_mtime, f"{name} was written")
        except OSError:
            continue    # another kind of environment
