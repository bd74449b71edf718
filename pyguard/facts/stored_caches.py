"""A host, homes and the caller's variables -> the package caches on its disks, and what each conda entry is."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..host import Host
from ..model.storage import CacheKind, EntryState
from ..model.storage import StorageKind as Kind
from .accounts import Account
from .conda import read_conda
from .stored_environments import Found

ARCHIVES = (".conda", ".tar.bz2")
TEMPORARY = (".partial", ".c~", ".trash", ".conda_trash", ".mamba_trash")
RECORDS = ("info/repodata_record.json", "info/index.json")
INDEXES = frozenset({"cache", ".cache"})
BOOKKEEPING = frozenset({"urls", "urls.txt", ".logs", "mamba_trash.txt"})
CONDAS = frozenset({Kind.CONDA, Kind.CONDA_BASE, Kind.PIXI})


class Cache(NamedTuple):
    """A cache directory that is there."""

    path: str
    kind: CacheKind


class Uses(NamedTuple):
    """What all conda environments together say of the package cache: names of packages, and directories."""

    names: frozenset[str]
    directories: frozenset[str]


def find_caches(host: Host, environment: Mapping[str, str], accounts: Sequence[Account]) -> tuple[Cache, ...]:
    """Each once, in the order of its path."""
    found: dict[str, Cache] = {}
    for account in accounts:
        own = environment if account is accounts[0] else {}
        for path, kind in (*_conda(host, own, account.home), *_others(own, account.home)):
            if path.startswith("/") and host.is_dir(path):
                real = host.realpath(path)
                found.setdefault(real, Cache(real, kind))
    return tuple(found[path] for path in sorted(found))


def _conda(host: Host, environment: Mapping[str, str], home: str) -> Iterator[tuple[str, CacheKind]]:
    conda = read_conda(host, environment, home)
    for path in (*conda.pkgs_dirs, *(f"{base}/pkgs" for base in conda.bases), f"{home}/.conda/pkgs"):
        yield path, CacheKind.CONDA


def _others(environment: Mapping[str, str], home: str) -> Iterator[tuple[str, CacheKind]]:
    cache = environment.get("XDG_CACHE_HOME", "") or f"{home}/.cache"
    yield (environment.get("RATTLER_CACHE_DIR", "") or f"{cache}/rattler/cache") + "/pkgs", CacheKind.RATTLER
    yield environment.get("PIP_CACHE_DIR", "") or f"{cache}/pip", CacheKind.PIP
    yield environment.get("UV_CACHE_DIR", "") or f"{cache}/uv", CacheKind.UV


def read_uses(host: Host, environments: Collection[Found]) -> Uses:
    """Out of every record in conda-meta: `extracted_package_dir`, `link.source` and the package's own name."""
    names: set[str] = set()
    directories: set[str] = set()
    for found in environments:
        if found.kind not in CONDAS:
            continue
        for name in _listed(host, f"{found.prefix}/conda-meta"):
            if name.endswith(".json"):
                names.add(name[:-len(".json")])
                directories.update(_sources(host, f"{found.prefix}/conda-meta/{name}"))
    return Uses(frozenset(names), frozenset(directories))


def _sources(host: Host, path: str) -> list[str]:
    try:
        record = json.loads(host.read_text(path))
    except (OSError, ValueError):
        return []    # its name still counts
    if not isinstance(record, dict):
        return []
    link = record.get("link")
    said = (record.get("extracted_package_dir"), link.get("source") if isinstance(link, dict) else "")
    return [os.path.normpath(each) for each in said if isinstance(each, str) and each.startswith("/")]


def classify_entry(host: Host, directory: str, name: str, uses: Uses, links: Collection[str]) -> EntryState:
    """What an entry of a conda or rattler cache is. `links` are the targets of the environments' symbolic links."""
    path = f"{directory}/{name}"
    if name in INDEXES:
        return EntryState.INDEX
    if name in BOOKKEEPING or name.endswith(".lock"):
        return EntryState.OTHER
    if name.endswith(TEMPORARY):
        return EntryState.TEMPORARY
    if name.endswith(ARCHIVES):
        return EntryState.ARCHIVE
    if not host.is_dir(path) or host.is_link(path):
        return EntryState.OTHER
    if any(link == path or link.startswith(path + "/") for link in links):
        return EntryState.NEEDED
    if path in uses.directories or name in uses.names:
        return EntryState.USED
    if not any(host.is_file(f"{path}/{record}") for record in RECORDS):
        return EntryState.INCOMPLETE
    return EntryState.ORPHANED


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # not there, or not ours to read
