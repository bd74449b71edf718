"""A Debian-like host in, its installed packages and their Python files out; dpkg's database read as text.

dpkg itself is not asked: it costs half a second, and a text file can be read in a tree that nothing may
run in. The reader is imported when something is read: a valid cache needs the stamp only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...host import Host
from .stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from .interface import PackageSet

NAME = "dpkg"
STATUS = "/var/lib/dpkg/status"
PARTS = "/var/lib/dpkg/status.d"        # distroless images: one file a package, and <package>.md5sums
UPDATES = "/var/lib/dpkg/updates"       # a running dpkg's journal, newer than the status file
LISTS = "/var/lib/dpkg/info"
DIVERSIONS = "/var/lib/dpkg/diversions"
MERGED = ("/bin", "/sbin", "/lib", "/lib64")


def available(host: Host) -> bool:
    """A status file, or the status directory of a distroless image."""
    return host.is_file(STATUS) or host.is_dir(PARTS)


def stamp(host: Host) -> Stamp:
    """dpkg replaces its files by renaming, so the directories change with any file list."""
    paths = (STATUS, PARTS, UPDATES, LISTS, DIVERSIONS)
    merged = (("link " + path, int(host.is_link(path)), 0) for path in MERGED)
    return (*(stamp_of(host, path) for path in paths), *merged)


def load(host: Host) -> PackageSet:
    """Raises CollectError for a status file that is truncated or no status file at all."""
    from .dpkg_files import load_database

    return load_database(host)
