"""Names of commands in, the OS packages whose programs go by these names out: what an install could hide."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Sequence
from typing import Optional

from ..errors import CollectError
from ..host import Host
from ..model.facts import Importance, Owner, OwnerKind, Requester, RequesterKind
from ..model.frozen import replace
from .index import Index

PLACES = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")


def programs_named(host: Host, names: Collection[str]) -> tuple[str, ...]:
    """The paths of those that are there, one a name; no package database is asked yet."""
    found = (next((f"{place}/{name}" for place in PLACES if host.exists(f"{place}/{name}")), "")
             for name in sorted(set(map(posixpath.basename, names))))
    return tuple(path for path in found if path)


def with_programs(host: Host, index: Index, requesters: Sequence[Requester],
                  paths: Collection[str]) -> tuple[Requester, ...]:
    """The requesters with the packages that own these programs, whatever they are written in.

    The index has those that stand on Python; only for another one is the whole package database read.
    """
    found = {requester.name: requester for requester in requesters if requester.kind is RequesterKind.OS_PACKAGE}
    listed = {command for requester in found.values() for command in requester.commands}
    unknown = []
    for path in paths:
        package = None if path in listed else index.package_of(path)
        if package is not None:
            found.setdefault(package.name, package)
        elif path not in listed:
            unknown.append(path)
    for path, owner in _owners(host, unknown) if unknown else ():
        known = found.get(owner.name) or Requester(owner.name, RequesterKind.OS_PACKAGE, owner, Importance.NORMAL)
        found[owner.name] = replace(known, commands=(*known.commands, path))
    rest = (requester for requester in requesters if requester.kind is not RequesterKind.OS_PACKAGE)
    return (*found.values(), *rest)


def _owners(host: Host, paths: Sequence[str]) -> list[tuple[str, Owner]]:
    """Path and owner of those that a package owns. That a database cannot be read is a gap of the index's already."""
    from .ownership import load_packages  # seconds at worst, and few commands have the name of a program

    try:
        known = load_packages(host)
    except CollectError:
        return []

    def owner_of(path: str) -> Optional[str]:
        return known.owners.get(path) or known.owners.get(host.realpath(path))    # alternatives are links

    named = [(path, owner_of(path)) for path in paths]
    return [(path, Owner(OwnerKind.OS, name, known.packages[name].version)) for path, name in named if name]
