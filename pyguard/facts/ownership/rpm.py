"""An rpm-based host in, its installed packages and their Python files out; asked of the C program rpm in one batch.

Its database is one of four formats, so it is not read here; rpm itself is C and works when every Python
is broken. In a file system tree nothing of the tree's is run: this machine's rpm reads a copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...host import Host
from .stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from .interface import PackageSet

NAME = "rpm"
PLACES = ("/usr/lib/sysimage/rpm", "/var/lib/rpm")    # since Fedora 36 and SUSE; before, and EL
FILES = ("rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages")


def database_directory(host: Host) -> str:
    """Where the database is; empty where there is none."""
    for place in PLACES:
        if any(host.is_file(f"{place}/{name}") for name in FILES):
            return place
    return ""


def available(host: Host) -> bool:
    """A database file of any of its formats."""
    return bool(database_directory(host))


def stamp(host: Host) -> Stamp:
    """The database files. An empty write-ahead log does not count: SQLite makes it anew for every reader."""
    place = database_directory(host)
    stamps = (stamp_of(host, f"{place}/{name}") for name in FILES)
    return tuple(found if found[2] else (found[0], 0, 0) for found in stamps)


def load(host: Host) -> PackageSet:
    """Raises CollectError where rpm cannot be run, fails, or says something that is not understood."""
    from .rpm_query import load_database

    return load_database(host, database_directory(host))
