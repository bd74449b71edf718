"""A host in, its OS packages and their files out; the explicit list of the databases that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...errors import CollectError
from ...host import Host
from . import apk, dpkg, pacman, rpm
from .stamps import Stamp

if TYPE_CHECKING:
    from .interface import PackageDatabase, PackageSet

DATABASES: tuple[PackageDatabase, ...] = (dpkg, rpm, apk, pacman)

ATTEMPTS = 3


def find_database(host: Host) -> Optional[PackageDatabase]:
    """The database of this host; None where there is none that can be read."""
    return next((database for database in DATABASES if database.available(host)), None)


def package_stamp(host: Host) -> Stamp:
    """Changes whenever the host's package database does; empty where there is none."""
    database = find_database(host)
    return database.stamp(host) if database else ()


def load_packages(host: Host) -> PackageSet:
    """All OS packages; an empty set where there is no database.

    Raises CollectError when the database is damaged, or is being written to all the time.
    """
    from .interface import PackageSet

    database = find_database(host)
    return PackageSet({}, {}) if database is None else read_settled(host, database)


def read_settled(host: Host, database: PackageDatabase) -> PackageSet:
    """What a database says while nobody writes to it. Raises CollectError as `load_packages` does."""
    for _ in range(ATTEMPTS):
        before = database.stamp(host)
        try:
            found = database.load(host)
        except CollectError:
            if database.stamp(host) == before:
                raise
            continue
        if database.stamp(host) == before:
            return found
    raise CollectError("package-database-changing", f"the {database.NAME} database changes while it is read",
                       hint="wait until the package manager has finished, then try again")
