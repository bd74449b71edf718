"""Site directories in, the distributions installed in them out, with the import names each provides.

Formats: PyPA's "Recording installed projects" (dist-info), setuptools' "Python egg" pages (egg-info, egg,
egg-link). Distributions of the OS package database are completed from its file lists, because
Debian deletes RECORD, and some OS packages ship modules with no metadata at all (debconf, apt's hooks).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional

from ..host import Host
from ..model.facts import Distribution, Owner, OwnerKind, SiteDirectory
from ..model.frozen import replace
from ..model.names import canonicalize_name
from .import_names import names_of_files, normalize_import_name
from .metadata_files import Entry, read_entry
from .site_listing import list_site, touches

if TYPE_CHECKING:
    from .ownership.interface import PackageSet

KINDS = {".dist-info": "dist-info", ".egg-info": "egg-info", ".egg": "egg", ".egg-link": "egg-link"}


class _Owned(NamedTuple):
    """What the OS package database says about one site directory."""

    files: Mapping[str, Sequence[str]]    # OS package: its files there, relative to the directory
    entries: Mapping[str, str]            # name in the directory: the only OS package that has it
    owners: Mapping[str, Owner]           # OS package: as an owner
    sources: Mapping[str, str]            # OS package: the source package it was built from


def read_distributions(host: Host, sites: Sequence[SiteDirectory], owners: Optional[PackageSet] = None,
                       wanted: Optional[Collection[str]] = None) -> tuple[Distribution, ...]:
    """All distributions in these directories; with `wanted`, at least those that touch such a name.

    `owners`: the OS package database, for directories of the OS's own. `wanted`: normalized names, of
    distributions or import names. A directory that is not there has
    none; raises CollectError for one that cannot be listed.
    """
    found: list[Distribution] = []
    for site in sites:
        names = list_site(host, site.path)
        if wanted is None or touches(names, wanted):
            found.extend(_read_site(host, site, names, owners))
    return tuple(found)


def _read_site(host: Host, site: SiteDirectory, names: Sequence[str],
               packages: Optional[PackageSet]) -> list[Distribution]:
    owned = _owned_below(site, packages)
    listing = frozenset(names)
    entries: dict[tuple[str, str], tuple[Entry, Owner]] = {}
    for name in names:
        kind = KINDS.get(name[name.rfind("."):] if "." in name else "")
        if kind and not name.startswith("~"):    # pip's leftovers of an interrupted uninstall
            entry = read_entry(host, site.path, name, kind, listing)
            _keep_better(entries, entry, _owner_of(name, site, owned))
    alone = _packages_with_one(owner for _, owner in entries.values())
    found = [_build(site, entry, owner, owned, alone) for entry, owner in entries.values()]
    claimed = {name for distribution in found for name in distribution.import_names}
    found = [_with_siblings(distribution, entry, owned)
             for distribution, (entry, _) in zip(found, entries.values())]
    namespaces = frozenset[str]().union(*(entry.namespaces for entry, _ in entries.values()))
    return found + _unclaimed(site, owned, claimed, namespaces)


def _keep_better(entries: dict[tuple[str, str], tuple[Entry, Owner]], entry: Entry, owner: Owner) -> None:
    """One distribution described twice is one (Debian's python3-cryptography: dist-info and egg-info)."""
    key = (canonicalize_name(entry.name), entry.version)
    other = entries.get(key)
    if other is None or (entry.metadata == "dist-info" and other[0].metadata != "dist-info"):
        entries[key] = (entry, owner)


def _packages_with_one(owners: Iterable[Owner]) -> frozenset[str]:
    """OS packages that ship one distribution: all their modules are that distribution's."""
    names = [owner.name for owner in owners if owner.kind is OwnerKind.OS]
    return frozenset(name for name in names if names.count(name) == 1)


def _build(site: SiteDirectory, entry: Entry, owner: Owner, owned: _Owned,
           alone: Collection[str]) -> Distribution:
    names = entry.import_names
    if owner.kind is OwnerKind.OS:
        listed = names_of_files(owned.files.get(owner.name, ()), entry.namespaces)
        tops = {name.split(".")[0] for name in names}
        if owner.name not in alone:
            listed = tuple(name for name in listed if name.split(".")[0] in tops)
        names = listed or names
    return Distribution(canonicalize_name(entry.name), entry.version, site.path, owner, entry.installer,
                        entry.metadata, entry.record, names, entry.requires)


def _owned_below(site: SiteDirectory, packages: Optional[PackageSet]) -> _Owned:
    files: dict[str, list[str]] = {}
    entries: dict[str, str] = {}
    if packages is None or site.owner not in (OwnerKind.OS, OwnerKind.CONDA):
        return _Owned(files, entries, {}, {})
    prefix = site.path.rstrip("/") + "/"
    for path, package in packages.owners.items():
        if path.startswith(prefix):
            relative = path[len(prefix):]
            files.setdefault(package, []).append(relative)
            entry = relative.split("/", 1)[0]
            entries[entry] = entries[entry.split(".")[0]] = package
    owners = {name: Owner(site.owner, name, packages.packages[name].version) for name in files}
    return _Owned(files, entries, owners, {name: packages.packages[name].source for name in files})


def _owner_of(name: str, site: SiteDirectory, owned: _Owned) -> Owner:
    """Where no package database is read, everything below an OS directory is taken for the OS's."""
    if name in owned.entries:
        return owned.owners[owned.entries[name]]
    return Owner(OwnerKind.NOBODY if owned.files else site.owner)


def _with_siblings(distribution: Distribution, entry: Entry, owned: _Owned) -> Distribution:
    """Modules that Debian moved to another binary package of the same source, as pkg_resources."""
    owner = distribution.owner
    if owner is None or owner.name not in owned.sources:
        return distribution
    siblings = {name for name in entry.import_names if name in owned.entries
                and owned.sources[owned.entries[name]] == owned.sources[owner.name]
                and name in names_of_files(owned.files[owned.entries[name]], entry.namespaces)}
    names = tuple(sorted(siblings.union(distribution.import_names)))
    return replace(distribution, import_names=names)


def _unclaimed(site: SiteDirectory, owned: _Owned, claimed: Collection[str],
               namespaces: Collection[str]) -> list[Distribution]:
    """Modules of OS packages that no distribution accounts for, each as a distribution of its own.

    Not what one package adds inside another's regular package (softwareproperties.dbus), nor private
    copies (setuptools._vendor, which python3-pkg-resources ships without setuptools).
    """
    found: dict[str, Distribution] = {}
    for package, files in owned.files.items():
        for name in names_of_files(files, namespaces):
            if not _is_within(name, claimed) and "._" not in name:
                owner = owned.owners[package]
                found[name] = Distribution(normalize_import_name(name), "", site.path, owner,
                                           metadata="none", import_names=(name,))
    regular = {name for name in (*claimed, *found) if "." not in name}
    return [found[name] for name in sorted(found) if "." not in name or name.split(".")[0] not in regular]


def _is_within(name: str, claimed: Collection[str]) -> bool:
    """`ruamel.yaml.anchor` is a part of the `ruamel.yaml` that a distribution brings."""
    parts = name.split(".")
    return any(".".join(parts[:length]) in claimed for length in range(1, len(parts) + 1))
