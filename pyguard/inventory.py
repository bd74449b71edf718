"""A host and who asks -> every environment and cache with its size, use, references and health, measured once."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Optional

from .facts.accounts import Account, accounts_within_reach
from .facts.build_artefacts import find_artefacts
from .facts.environment_defects import find_defects
from .facts.environment_references import Mention, find_mentions, references_to
from .facts.last_use import find_last_use
from .facts.stored_caches import CONDAS, Cache, Uses, classify_entry, find_caches, read_uses
from .facts.stored_environments import Found, find_stored
from .host import Host
from .model.storage import (
    Artefact,
    CacheEntry,
    CacheKind,
    EntryState,
    Reference,
    StorageKind,
    StorageReport,
    StoredCache,
    StoredEnvironment,
    Unread,
)
from .storage.links import outward_links
from .storage.measure import Inodes, Tree, measure, together

Progress = Callable[[int, int], None]
REASONS = {
    EntryState.NEEDED: "an environment has symbolic links into it",
    EntryState.USED: "an environment was made from it",
    EntryState.ARCHIVE: "a download: it can be had again",
    EntryState.ORPHANED: "no environment names it",
    EntryState.INCOMPLETE: "it has no package record: something was interrupted",
    EntryState.TEMPORARY: "left over from something that was interrupted",
    EntryState.INDEX: "what the channels said",
}


class Asker(NamedTuple):
    """Who asks, from where."""

    environ: Mapping[str, str]
    cwd: str
    uid: int


class _Measured(NamedTuple):
    """One part of the report with the trees behind its numbers."""

    stored: StoredCache
    trees: list[Tree]


def take_stock(host: Host, asker: Asker, search: Sequence[str] = (), caches: bool = False,
               progress: Optional[Progress] = None) -> StorageReport:
    """All environments, what is freed most first; the caches too where they are asked for.

    Nothing is started, nothing is written.
    """
    accounts = accounts_within_reach(host, asker.uid, asker.environ.get("HOME", ""))
    directories = [os.path.join(asker.cwd, directory) for directory in search]
    found = find_stored(host, asker.environ, accounts, asker.cwd, directories)
    mentions = (*find_mentions(host, accounts, directories), *_built_on_each_other(found))
    inodes: Inodes = {}
    trees = [_measure(each, found, inodes, number, progress) for number, each in enumerate(found)]
    prefixes = [each.prefix for each in found]
    described = [_describe(host, asker, each, tree, accounts, references_to(each.prefix, mentions, prefixes))
                 for each, tree in zip(found, trees)]
    measured = _measure_caches(host, asker, accounts, found, inodes) if caches else []
    left = [measure(path, inodes=inodes) for path in find_artefacts(host, found, accounts)] if caches else []
    if progress is not None:
        progress(len(found), len(found))
    everything = [*trees, *(tree for each in measured for tree in each.trees), *left]
    return StorageReport(
        environments=tuple(sorted(described, key=lambda each: (-each.freed, each.prefix))),
        caches=tuple(each.stored for each in measured),
        artefacts=tuple(_artefact(host, tree) for tree in left),
        size=together(everything)[0],
        unread=tuple(Unread(path, reason) for tree in everything for path, reason in tree.problems))


def _artefact(host: Host, tree: Tree) -> Artefact:
    return Artefact(tree.path, tree.size, "a build left it beside an editable source", _owner(host, tree.path))


def _built_on_each_other(found: Sequence[Found]) -> list[Mention]:
    """A venv needs the Python it was made from: pyvenv.cfg's `home`."""
    homes = ((each.prefix, dict(each.config).get("home", "")) for each in found)
    return [Mention("environment", prefix, (home,)) for prefix, home in homes if home]


def _measure(each: Found, all_found: Sequence[Found], inodes: Inodes, number: int,
             progress: Optional[Progress]) -> Tree:
    if progress is not None:
        progress(number, len(all_found))
    inside = {other.prefix for other in all_found if other.prefix.startswith(each.prefix + "/")}
    if each.kind is StorageKind.CONDA_BASE:
        inside.add(f"{each.prefix}/pkgs")    # a cache, not the environment
    return measure(each.prefix, inside, inodes)


def _describe(host: Host, asker: Asker, each: Found, tree: Tree, accounts: Sequence[Account],
              references: tuple[Reference, ...]) -> StoredEnvironment:
    sign = find_last_use(host, each, tree.compiled)
    active = each.prefix in (asker.environ.get("VIRTUAL_ENV"), asker.environ.get("CONDA_PREFIX"))
    return StoredEnvironment(
        prefix=each.prefix, kind=each.kind, python=each.python, owner=_owner(host, each.prefix),
        size=tree.size, freed=tree.freed, last_used=_iso(sign.when), last_used_by=sign.because,
        active=active, frozen=each.frozen, references=references,
        defects=find_defects(host, each, accounts))


def _measure_caches(host: Host, asker: Asker, accounts: Sequence[Account], found: Sequence[Found],
                    inodes: Inodes) -> list[_Measured]:
    uses = read_uses(host, found)
    links = frozenset().union(*(outward_links(each.prefix) for each in found if each.kind in CONDAS))
    return [_measure_cache(host, cache, uses, links, inodes) for cache in find_caches(host, asker.environ, accounts)]


def _measure_cache(host: Host, cache: Cache, uses: Uses, links: frozenset[str], inodes: Inodes) -> _Measured:
    """The directory itself is never removed, only what is in it."""
    trees, entries = [], []
    try:
        names = host.list(cache.path)
    except OSError as error:
        unread = Tree(cache.path, problems=[(cache.path, error.strerror or str(error))])
        return _Measured(StoredCache(cache.path, cache.kind, _owner(host, cache.path)), [unread])
    for name in names:
        tree = measure(f"{cache.path}/{name}", inodes=inodes)
        state = EntryState.OTHER
        if cache.kind in (CacheKind.CONDA, CacheKind.RATTLER):
            state = classify_entry(host, cache.path, name, uses, links)
        trees.append(tree)
        entries.append(CacheEntry(tree.path, state, tree.size, tree.freed, REASONS.get(state, "")))
    size, freed = together(trees)
    entries.sort(key=lambda entry: (-entry.freed, entry.path))
    return _Measured(StoredCache(cache.path, cache.kind, _owner(host, cache.path), size, freed, tuple(entries)), trees)


def _owner(host: Host, path: str) -> int:
    try:
        return host.stat(path).st_uid
    except OSError:
        return -1    # it vanished, or it lies where the asking user may not look


def _iso(when: float) -> str:
    if not when:
        return ""
    return datetime.datetime.fromtimestamp(int(when), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
