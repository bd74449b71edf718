"""A StorageReport and what was asked for -> what may go, how, and what stays. Pure.

What an environment needs is never in a plan: symbolic links into a cache, the packages an environment was made
from (conda's own `clean --packages` takes those of linked or copied environments, conda issue 16614), a base,
whatever somebody or something still names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..model.frozen import dataclass, replace
from ..model.storage import (
    CacheEntry,
    CacheKind,
    Cleaning,
    CleaningPlan,
    EntryState,
    Kept,
    StorageKind,
    StorageReport,
    StoredCache,
    StoredEnvironment,
)

BACK = "pyguard undo"
LEFTOVERS = {
    EntryState.TEMPORARY: "temporary files",
    EntryState.INCOMPLETE: "incomplete packages",
    EntryState.ORPHANED: "packages that no environment uses",
}
WHY = {
    EntryState.TEMPORARY: "conda and mamba leave them where they were interrupted and never read them again",
    EntryState.INCOMPLETE: "without its record conda extracts the package anew",
    EntryState.ORPHANED: "no environment has a record of it or a link into it",
}
CONDAS = ("conda", "mamba", "micromamba")
# Programs by kind, and the words behind them; NAME stands for the environment's own name, PREFIX for its path.
REMOVERS = {
    StorageKind.CONDA: tuple((tool, "env", "remove", "-y", "-p", "PREFIX") for tool in CONDAS),
    StorageKind.PIPX: (("pipx", "uninstall", "NAME"),),
    StorageKind.UV_TOOL: (("uv", "tool", "uninstall", "NAME"),),
    StorageKind.UV_PYTHON: (("uv", "python", "uninstall", "NAME"),),
    StorageKind.PYENV: (("pyenv", "uninstall", "-f", "NAME"),),
}
ARCHIVES = tuple((tool, "clean", "--tarballs", "--yes") for tool in CONDAS)
WHOLE = {CacheKind.PIP: tuple((tool, "cache", "purge") for tool in ("pip", "pip3")),
         CacheKind.UV: (("uv", "cache", "prune"),)}


@dataclass(frozen=True)
class Wish:
    """What is to go beside leftovers: environments by prefix, those last used before a time, pip's and uv's caches.

    `unused_before` is ISO 8601 as in the report, empty for none; `tools` maps programs to their paths.
    """

    prefixes: Collection[str] = ()
    unused_before: str = ""
    downloads: bool = False
    tools: Mapping[str, str] = {}    # never changed


def plan_cleaning(report: StorageReport, wish: Wish) -> CleaningPlan:
    """Leftovers always; everything else only as far as it is wished."""
    found = [cleaning for cache in report.caches for cleaning in _of_cache(cache, wish)]
    found += [Cleaning(f"what a build left in {each.path}", (each.path,), each.size, "the next build makes it again",
                       BACK) for each in report.artefacts]
    kept = []
    for each in report.environments:
        named = each.prefix in wish.prefixes
        if not named and not (wish.unused_before and each.last_used and each.last_used < wish.unused_before):
            continue
        reason = why_it_stays(each)
        if reason:
            kept.append(Kept(each.prefix, reason))
        else:
            found.append(_remove(each, wish.tools))
    known = {each.prefix for each in report.environments}
    kept += [Kept(prefix, "no environment of yours was found there")
             for prefix in sorted(wish.prefixes) if prefix not in known]
    return CleaningPlan(tuple(sorted(found, key=lambda each: (-each.freed, each.paths))), tuple(kept))


def of_owner(report: StorageReport, uid: int) -> StorageReport:
    """What belongs to a user: nobody, root least of all, cleans in places that somebody else can change meanwhile."""
    return replace(report, environments=tuple(each for each in report.environments if each.owner == uid),
                   caches=tuple(each for each in report.caches if each.owner == uid),
                   artefacts=tuple(each for each in report.artefacts if each.owner == uid))


def why_it_stays(environment: StoredEnvironment) -> str:
    """Why an environment is not taken away, whoever asks; empty where it may go."""
    if environment.kind is StorageKind.CONDA_BASE:
        return "it is conda's base: conda itself runs in it"
    if environment.active:
        return "it is active in this shell"
    if environment.frozen:
        return "it is frozen (CEP 22)"
    if environment.references:
        first = environment.references[0]
        return f"it is still named by {first.kind} {first.where}"
    return ""


def _of_cache(cache: StoredCache, wish: Wish) -> Iterator[Cleaning]:
    for state, title in LEFTOVERS.items():
        entries = [entry for entry in cache.entries if entry.state is state]
        if entries:
            yield Cleaning(f"{title} in {cache.path}", _paths(entries), _sum(entries), WHY[state], BACK)
    archives = [entry for entry in cache.entries if entry.state is EntryState.ARCHIVE]
    if archives:
        argv = _first(ARCHIVES, wish.tools) if cache.kind is CacheKind.CONDA else ()
        yield Cleaning(f"downloads in {cache.path}", _paths(archives), _sum(archives),
                       "every environment has its files already", "conda downloads them again" if argv else BACK, argv)
    argv = _first(WHOLE.get(cache.kind, ()), wish.tools)
    if wish.downloads and argv and cache.size:
        yield Cleaning(f"{cache.kind.value}'s cache {cache.path}", (cache.path,), cache.freed,
                       "an installation does not need it", f"{cache.kind.value} downloads and builds again", argv)


def _remove(environment: StoredEnvironment, tools: Mapping[str, str]) -> Cleaning:
    name = environment.prefix.rsplit("/", 1)[-1]
    words = _first(REMOVERS.get(environment.kind, ()), tools)
    argv = tuple({"NAME": name, "PREFIX": environment.prefix}.get(word, word) for word in words)
    used = environment.last_used[:10] or "at a time that is not known"
    return Cleaning(f"the {environment.kind.value} environment {environment.prefix}", (environment.prefix,),
                    environment.freed, f"nothing was found that names it; last used {used}",
                    "make it anew" if argv else BACK, argv)


def _first(choices: Sequence[tuple[str, ...]], tools: Mapping[str, str]) -> tuple[str, ...]:
    return next(((tools[words[0]], *words[1:]) for words in choices if words[0] in tools), ())


def _paths(entries: Sequence[CacheEntry]) -> tuple[str, ...]:
    return tuple(entry.path for entry in entries)


def _sum(entries: Sequence[CacheEntry]) -> int:
    return sum(entry.freed for entry in entries)
