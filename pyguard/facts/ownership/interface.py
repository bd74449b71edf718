"""What every package database answers: its packages and who owns which path, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ...host import Host
from ...model.facts import Bound, Gap
from ...model.frozen import dataclass
from .diversions import Diversion
from .stamps import Stamp


@dataclass(frozen=True)
class Package:
    """One installed OS package. `depends`: or-groups, every one of which has to be met."""

    name: str
    version: str
    architecture: str = ""
    essential: bool = False
    priority: str = ""
    section: str = ""
    depends: tuple[tuple[Bound, ...], ...] = ()
    provides: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class PackageSet:
    """All installed packages by name, and the owner of every path that matters to Python.

    `owners` holds what lies below `lib/python*`, `*-packages`, the program directories, systemd units,
    cron, dbus and hook directories; `/bin`, `/sbin` and `/lib` are spelled `/usr/...` where they are links.
    Two architectures of one package are one entry: their version is the same by Multi-Arch's rule.
    `diversions`: of a path in their table what a package ships lies elsewhere, and `owners` says so.
    """

    packages: Mapping[str, Package]
    owners: Mapping[str, str]
    gaps: tuple[Gap, ...] = ()
    diversions: tuple[Diversion, ...] = ()


class MoreDatabases(Protocol):
    """What plugins know beside the built-in databases. No method raises for what a plugin does: it is a gap."""

    def stamp(self, host: Host) -> Stamp:
        """Changes whenever what `load` says would."""

    def load(self, host: Host) -> tuple[PackageSet, tuple[Gap, ...]]:
        """All they know, and what failed and is to be tried again."""


class PackageDatabase(Protocol):
    """A module satisfies this."""

    NAME: str

    def available(self, host: Host) -> bool:
        """Whether this host keeps such a database."""

    def stamp(self, host: Host) -> Stamp:
        """Path, time of change in nanoseconds and size of what would differ after any change."""

    def load(self, host: Host) -> PackageSet:
        """Everything in one go. Raises CollectError when the database cannot be understood."""
