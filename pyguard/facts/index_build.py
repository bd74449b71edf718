"""A host and its OS site directories in, the rows of an `Index` out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Optional

from ..errors import CollectError
from ..host import Host
from ..model.facts import Distribution, Gap, Requester, RequesterKind, SiteDirectory
from ..model.names import canonicalize_name
from .distributions import read_distributions
from .import_names import normalize_import_name
from .ownership import find_database, load_packages
from .ownership.interface import MoreDatabases, PackageSet
from .pth import read_pins
from .requesters.os_packages import read_requesters
from .requesters.outside import dump_outside, read_outside
from .requesters.starters import add_starters

KEPT_PATHS = re.compile(r"/usr/bin/(?:python|pip|pypy|uv|conda)[^/]*|.*/EXTERNALLY-MANAGED")
REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NO_DATABASE = Gap("the OS package database", "none of a kind that pyguard reads was found")


def build_index(host: Host, sites: Sequence[SiteDirectory],
                more: Optional[MoreDatabases] = None) -> tuple[dict[str, Any], bool]:
    """Rows for `Index`, and whether they may be kept: what is damaged becomes a gap and is read again."""
    gaps: list[Gap] = []
    try:
        packages = load_packages(host)
    except CollectError as error:
        packages = PackageSet({}, {})
        gaps.append(Gap(error.context or "the OS package database", error.message))
    if more:
        added, failed = more.load(host)
        packages = PackageSet({**added.packages, **packages.packages}, {**added.owners, **packages.owners},
                              (*packages.gaps, *added.gaps))
        gaps += failed
    distributions: list[Distribution] = []
    for site in sites:
        try:
            distributions += read_distributions(host, [site], packages)
        except CollectError as error:
            gaps.append(Gap(site.path, error.message))
    requesters, stamps = add_starters(host, packages, read_requesters(host, packages), distributions)
    standing = [item.name for item in requesters if item.kind is RequesterKind.OS_PACKAGE]
    lasting = packages.gaps if find_database(host) else (NO_DATABASE, *packages.gaps)
    data = {
        "gaps": [[gap.subject, gap.reason] for gap in (*lasting, *gaps)],
        "distributions": list(map(dump_distribution, distributions)),
        "requesters": {item.name: dump_package(item) for item in requesters
                       if item.kind is RequesterKind.OS_PACKAGE},
        "scripts": [[item.name, item.owner.name if item.owner else "", item.interpreter, list(item.flags)]
                    for item in requesters if item.kind is RequesterKind.SCRIPT],
        "services": [[item.name, item.importance.value, [bound.package for bound in item.needs], list(item.commands),
                      list(item.imports), item.interpreter, list(item.flags)]
                     for item in requesters if item.kind is RequesterKind.SERVICE],
        "outside": dump_outside(read_outside(host, packages, standing)),
        "stamps": [list(stamp) for stamp in stamps],
        "owners": _dump_owners(packages, sites),
        "pins": {site.path: list(read_pins(host, site.path)) for site in sites},
    }
    return data, not gaps


def dump_distribution(item: Distribution) -> list[Any]:
    """A row of `Index`."""
    keys = sorted({str(item.name), *map(normalize_import_name, item.import_names)})
    owner = [item.owner.kind.value, item.owner.name, item.owner.version] if item.owner else None
    return [keys, item.name, item.version, item.site, owner, item.installer, item.metadata, item.record,
            list(item.import_names), list(item.requires), _required(item)]


def _required(item: Distribution) -> list[str]:
    """The names it requires, whether or not it asks for a version; what only an extra asks for is left out."""
    heads = (REQUIREMENT_NAME.match(line) for line in item.requires if "extra ==" not in line)
    return sorted({str(canonicalize_name(head.group())) for head in heads if head})


def dump_package(item: Requester) -> list[Any]:
    """A row of `Index`."""
    return [item.owner.version if item.owner else "", item.importance.value,
            [[bound.package, bound.relation, bound.version, bound.scheme] for bound in item.needs], list(item.commands)]


def _dump_owners(packages: PackageSet, sites: Iterable[SiteDirectory]) -> dict[str, list[str]]:
    """Only what stands directly in a site directory, and the few other paths anybody asks about."""
    directories = {site.path.rstrip("/") for site in sites}
    return {path: [package, packages.packages[package].version] for path, package in packages.owners.items()
            if path.rpartition("/")[0] in directories or KEPT_PATHS.fullmatch(path)}
