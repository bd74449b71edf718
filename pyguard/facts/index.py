"""The OS side of the facts (distributions, requesters, owners), built once and kept until something changes.

The hot path reads a few rows of it and makes model objects of those only.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

from .. import __version__
from ..host import Host
from ..model.facts import (
    Bound,
    Distribution,
    Gap,
    Importance,
    Owner,
    OwnerKind,
    Requester,
    RequesterKind,
    SiteDirectory,
)
from ..model.names import NormalizedName
from .cache import read_cached, write_cached
from .dependents import standing_on
from .ownership import package_stamp
from .ownership.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from .ownership.interface import MoreDatabases

FORMAT = 7    # of the rows below; another number is another key
EMPTY_ROWS: Mapping[str, Any] = {"gaps": [], "distributions": [], "requesters": {}, "scripts": [], "services": [],
                                 "stamps": [], "owners": {}, "pins": {}, "outside": {}}
# Where a program, a unit or a crontab may come or go: the list of requesters/starters.py, which no refusal imports.
STARTERS = (
    "/etc/apt/apt.conf.d", "/etc/apt/apt.conf", "/etc/dpkg/dpkg.cfg.d", "/etc/dnf/plugins", "/etc/systemd/system",
    "/run/systemd/system", "/run/systemd/generator", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system", "/run/systemd/generator.late", "/etc/systemd/user", "/run/systemd/user",
    "/usr/local/lib/systemd/user", "/usr/lib/systemd/user", "/etc/crontab", "/etc/anacrontab", "/etc/cron.d",
    "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly", "/etc/cron.yearly",
    "/var/spool/cron/crontabs", "/var/spool/cron", "/usr/share/dbus-1/system-services", "/usr/share/dbus-1/services",
    "/usr/local/share/dbus-1/system-services", "/usr/local/share/dbus-1/services", "/etc/dbus-1/services",
    "/usr/local/bin", "/usr/local/sbin", "/usr/local/libexec", "/usr/libexec", "/usr/bin", "/usr/sbin")


class Index:
    """Rows of plain data; `gaps` says what is missing from them."""

    def __init__(self, data: Mapping[str, Any], complete: bool = True) -> None:
        self.data = data
        self.complete = complete
        self.gaps = tuple(Gap(*row) for row in data["gaps"])

    def distributions(self, wanted: Optional[Collection[str]] = None) -> tuple[Distribution, ...]:
        """Those with a wanted name or import name, those that share an import name with them or require them.

        `wanted`: normalized; None means all.
        """
        rows = self.data["distributions"]
        if wanted is not None:
            asked = frozenset(wanted)
            names = {name for row in rows if not asked.isdisjoint(row[0]) for name in row[8]}
            rows = [row for row in rows if not asked.isdisjoint(row[0]) or not names.isdisjoint(row[8])
                    or not asked.isdisjoint(row[10])]
        return tuple(map(_load_distribution, rows))

    def requesters(self, packages: Optional[Collection[str]] = None) -> tuple[Requester, ...]:
        """All OS packages that need one of these, directly or not, and their scripts; None: all there are."""
        rows, scripts = self.data["requesters"], self.data["scripts"]
        needs = ((name, bound[0]) for name, row in rows.items() for bound in row[2])
        names = rows if packages is None else standing_on(packages, needs)
        load = _load_conda_package if self.data.get("owner") == "conda" else _load_package
        wanted = None if packages is None else names.union(packages)
        return (*(load(name, rows[name]) for name in sorted(names)),
                *(_load_script(row, rows[row[1]][0]) for row in scripts if row[1] in names),
                *(_load_service(row) for row in self.data["services"]
                  if wanted is None or not wanted.isdisjoint(row[2])))

    def package_of(self, program: str) -> Optional[Requester]:
        """The OS package that lists this path among its commands, of those that stand on Python files."""
        rows = self.data["requesters"]
        return next((_load_package(name, row) for name, row in rows.items() if program in row[3]), None)

    def programs(self) -> tuple[Requester, ...]:
        """Scripts of OS packages outside of the directories for programs."""
        rows = self.data["requesters"]
        return tuple(_load_script([path, name, interpreter, flags], rows[name][0])
                     for name, (programs, _, _) in self.data.get("outside", {}).items() if name in rows
                     for path, interpreter, flags in programs)

    def modules_outside(self) -> dict[str, tuple[str, ...]]:
        """OS package -> files and directories that are modules in no site directory."""
        return {name: tuple(modules) for name, (_, modules, _) in self.data.get("outside", {}).items() if modules}

    def embedders(self) -> tuple[str, ...]:
        """OS packages with a compiled program that has the interpreter inside."""
        return tuple(name for name, (_, _, embeds) in self.data.get("outside", {}).items() if embeds)

    def covers(self, site: SiteDirectory) -> bool:
        """Whether the distributions of that directory are in it."""
        return bool(site.owner.value == self.data.get("owner", OwnerKind.OS.value))

    def pins(self, site: str) -> tuple[str, ...]:
        """Namespace packages that are tied to an OS site directory at start-up."""
        return tuple(self.data["pins"].get(site, ()))

    def owner_of(self, path: str) -> Optional[Owner]:
        """The OS package of something in an OS site directory, of an interpreter or of pip; else None."""
        owners = self.data["owners"]
        while path not in owners and len(path) > 1:
            path = path.rpartition("/")[0]
        return Owner(OwnerKind.OS, *owners[path]) if path in owners else None


def open_index(host: Host, sites: Sequence[SiteDirectory], *, cache: Sequence[str] = (),
               uid: int = 0, more: Optional[MoreDatabases] = None) -> Index:
    """From the cache if nothing has changed since; else built, and kept where that can be done.

    `sites`: the directories the OS itself installs to. `more`: what plugins know about packages.
    """
    paths = "\n".join([host.root, *(site.path for site in sites)])
    name = f"index-{zlib.crc32(paths.encode('utf-8', 'surrogateescape')):08x}"

    def build() -> tuple[dict[str, Any], bool]:
        from .index_build import build_index  # 16 ms of imports that a valid cache saves

        return build_index(host, sites, more)

    return keep_index(host, name, lambda: make_key(host, sites, more), build, cache, uid)


def keep_index(host: Host, name: str, make: Callable[[], str], build: Callable[[], tuple[dict[str, Any], bool]],
               cache: Sequence[str], uid: int) -> Index:
    """Rows by their name and key from the cache, else built, and kept where they are whole and nothing changed.

    What they rest on besides the key, files that units and crontabs name, has its stamps among the rows.
    """
    key = make()
    text = read_cached(cache, name, key, uid) if cache else None
    if text is not None:
        kept = Index(json.loads(text))
        if all(stamp_of(host, stamp[0]) == tuple(stamp) for stamp in kept.data["stamps"]):
            return kept
    index = Index(*build())
    if cache and index.complete and make() == key:
        write_cached(cache, name, key, json.dumps(index.data, separators=(",", ":")), uid)
    return index


def make_key(host: Host, sites: Sequence[SiteDirectory], more: Optional[MoreDatabases] = None) -> str:
    """One line that differs as soon as the package database or an OS directory does."""
    directories: Stamp = tuple(stamp_of(host, path) for path in (*STARTERS, *(site.path for site in sites)))
    return json.dumps([FORMAT, __version__, host.root, [site.owner.value for site in sites],
                       package_stamp(host), more.stamp(host) if more else (), directories])


def _load_distribution(row: Sequence[Any]) -> Distribution:
    owner = Owner(OwnerKind(row[4][0]), row[4][1], row[4][2]) if row[4] else None
    return Distribution(NormalizedName(row[1]), row[2], row[3], owner, row[5], row[6], row[7],
                        tuple(row[8]), tuple(row[9]))


def _load_package(name: str, row: Sequence[Any]) -> Requester:
    return Requester(name, RequesterKind.OS_PACKAGE, Owner(OwnerKind.OS, name, row[0]), Importance(row[1]),
                     tuple(Bound(*bound) for bound in row[2]), tuple(row[3]))


def _load_conda_package(name: str, row: Sequence[Any]) -> Requester:
    return Requester(name, RequesterKind.CONDA_PACKAGE, Owner(OwnerKind.CONDA, name, row[0]), Importance(row[1]),
                     tuple(Bound(*bound) for bound in row[2]), tuple(row[3]))


def _load_service(row: Sequence[Any]) -> Requester:
    return Requester(row[0], RequesterKind.SERVICE, Owner(OwnerKind.LOCAL), Importance(row[1]),
                     tuple(map(Bound, row[2])), tuple(row[3]), tuple(row[4]), row[5], tuple(row[6]))


def _load_script(row: Sequence[Any], version: str) -> Requester:
    return Requester(row[0], RequesterKind.SCRIPT, Owner(OwnerKind.OS, row[1], version),
                     interpreter=row[2], flags=tuple(row[3]))
