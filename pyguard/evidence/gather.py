"""A resolved plan becomes one with evidence: closures, what no longer fits, and, where asked for, a rehearsal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ..facts.cache import read_cached, write_cached
from ..facts.imports import Closures, Question, open_closures
from ..facts.imports.reach import outgoing
from ..facts.imports.strength import NAMED, NAMES
from ..facts.index import Index, make_key, open_index
from ..host import Host
from ..impact import assess
from ..model.facts import Distribution, Facts, Gap, OwnerKind, Requester, RequesterKind
from ..model.frozen import replace
from ..model.impact import BrokenBound, Effect
from ..model.plan import Basis, Plan
from ..model.request import Request
from ..plan.ask_pip import Ask, pip_alone
from ..plan.rehearsed import Job, NotPossible, Outcome, Stage, rehearse
from ..plan.wheel_fetch import fetch
from .changed import changed_nodes
from .chosen import choose
from .collector import without_collector
from .contents import wheel_cache, without_files
from .jobs import Tried, plan_trial
from .libraries import extension_modules, loaded_first, loading, native_misfits
from .maintainers import run_on
from .misfits import Sources, find_misfits
from .reaches import Ways, affected, find_ways, standing_on
from .rehearsal import PATIENCE, Memory, try_all
from .removed import removed_by
from .scratch import is_whole, lay_out, removed_paths, scratch_directory
from .sources import without_older_wheels
from .upstream import Upstream

FORMAT = 2            # of the rehearsals that are kept
KEPT = 20_000         # results of trials
VARIABLES = ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONSAFEPATH", "LD_LIBRARY_PATH",
             "LD_PRELOAD")
NOBODY = "no tool that was looked at has this path or name, and no OS package with one"
TRIED = frozenset(NAMES[:NAMED + 1])
Progress = Callable[[str, int, int], None]


class Asker(NamedTuple):
    """Who asks, and what is at hand: pyguard's own interpreter, caches, a way to ask the target's pip."""

    environ: Mapping[str, str]
    uid: int
    gid: int
    cache: Sequence[str]
    own_python: str
    ask: Ask
    workers: int = 2
    progress: Optional[Progress] = None
    tried: frozenset[str] = frozenset()    # whom a rehearsal is about, as it was typed (`chosen`); none: all
    patience: float = PATIENCE


class Gathering(NamedTuple):
    """What all steps share."""

    host: Host
    facts: Facts
    request: Request
    asker: Asker
    known: Index
    closures: Closures


def gather(host: Host, plan: Plan, request: Request, facts: Facts, asker: Asker, rehearsed: bool) -> Plan:
    """Never raises for what cannot be had: that is a gap of the plan's."""
    with without_collector():
        return _gather(host, plan, request, facts, asker, rehearsed)


def _gather(host: Host, plan: Plan, request: Request, facts: Facts, asker: Asker, rehearsed: bool) -> Plan:
    os_sites = [site for site in facts.sites if site.owner is OwnerKind.OS]
    index = open_index(host, os_sites, cache=asker.cache, uid=asker.uid)
    closures = open_closures(host, Question(facts.interpreter, facts.sites, index), cache=asker.cache, uid=asker.uid,
                             workers=asker.workers, progress=_part(asker, "reading imports"))
    requesters = (*index.requesters(), *index.programs())
    shared = Gathering(host, replace(facts, requesters=requesters), request, asker, index, closures)
    if rehearsed:
        plan = without_older_wheels(plan, request, asker.own_python, facts.interpreter.minor, asker.environ, asker.ask)
    with scratch_directory(asker.uid) as scratch:
        return _examine(shared, _unpack(plan, request, facts, asker, scratch), scratch, rehearsed)


def _unpack(plan: Plan, request: Request, facts: Facts, asker: Asker, scratch: str) -> Plan:
    python = facts.interpreter.path
    wheels, gaps = fetch(plan, pip_alone(python), asker.environ, request.index_options, asker.ask,
                         wheel_cache(asker.cache, asker.uid, f"{scratch}/wheels"), f"{scratch}/wheels", asker.uid)
    known = set(plan.gaps)
    plan = replace(plan, gaps=(*plan.gaps, *(gap for gap in gaps if gap not in known)))
    return lay_out(plan, wheels, python, f"{scratch}/tree")


def _examine(shared: Gathering, plan: Plan, scratch: str, rehearsed: bool) -> Plan:
    host, facts, closures = shared.host, shared.facts, shared.closures
    effects = assess(facts, shared.request, plan).effects
    removed = removed_by(host, effects)
    changed = changed_nodes(facts, plan, closures.nodes, removed)
    libraries = loaded_first(host, plan, shared.asker.environ.get("LD_LIBRARY_PATH", ""))
    loads = loading(host, extension_modules(closures.nodes), libraries)
    changed.update(loads)
    ways = find_ways(closures, changed)
    reaches = affected(facts, plan, closures, ways)
    native = native_misfits(facts, loads, libraries)
    misfits, gaps = find_misfits(host, facts, plan, closures, ways, f"{scratch}/tree", _sources(shared, effects))
    missing = standing_on(facts, plan, closures, ways, {**native, **misfits}, outgoing(closures.edges))
    going = {name: removed[name] for name in (change.name for change in plan.changes if change.version is None)
             if name in removed}
    for reach, lost in run_on(host, going, shared.known, facts.requesters):
        reaches, missing = (*reaches, reach), (*missing, lost)
    changes = tuple(without_files(change, plan.target) for change in plan.changes)
    whole = is_whole(plan, shared.request)
    plan = replace(plan, changes=changes, reaches=reaches, missing=missing, gaps=(*plan.gaps, *gaps))
    if rehearsed and not whole:
        return replace(plan, gaps=(*plan.gaps, Gap("the rehearsal", "not all that would be installed is at hand")))
    return _rehearse(shared, plan, ways, removed, scratch) if rehearsed else plan


def _sources(shared: Gathering, effects: Sequence[Effect]) -> Sources:
    asker = shared.asker

    def ask(items: Sequence[Distribution]) -> tuple[Mapping[str, tuple[str, ...]], tuple[Gap, ...]]:
        return Upstream(asker.cache, asker.uid).requires(
            items, asker.own_python, shared.facts.interpreter.minor, asker.environ, asker.ask)

    bounds = tuple(effect for effect in effects if isinstance(effect, BrokenBound))
    return Sources(shared.known.distributions(), ask, bounds)


def _rehearse(shared: Gathering, plan: Plan, ways: Ways, removed: Mapping[str, Sequence[str]], scratch: str) -> Plan:
    asker, facts = shared.asker, shared.facts
    requesters = {item.name: item for item in facts.requesters if item.kind is RequesterKind.SCRIPT}
    chosen, unknown = choose(sorted(asker.tried), facts.requesters, (reach.requester for reach in plan.reaches))
    plan = replace(plan, gaps=(*plan.gaps, *(Gap(name, NOBODY) for name in unknown)))
    tried = _tries(shared, plan, ways, requesters, chosen)
    target = plan.target
    shown = tuple(dict.fromkeys((target.purelib, target.platlib, target.scripts,
                                 *(site.path for site in facts.sites if site.owner is not OwnerKind.OS))))
    stage = Stage(f"{scratch}/memory", f"{scratch}/tree", removed_paths(removed), shown)
    bare = Stage(f"{scratch}/memory", f"{scratch}/nothing", shown=shown)
    memory = Memory(_load(asker))
    worlds = _worlds(shared, plan, removed)

    def run(jobs: Sequence[Job], where: Stage) -> Mapping[str, Outcome]:
        return rehearse(jobs, where, asker.own_python, asker.uid, asker.gid, asker.workers, _part(asker, "rehearsing"))

    try:
        learned = try_all(tried, _environment(plan, asker), stage, bare, worlds, memory, run, asker.patience)
    except NotPossible as error:
        return replace(plan, gaps=(*plan.gaps, Gap("the rehearsal", str(error))))
    finally:
        _save(asker, memory)
    late = tuple(Gap(name, f"not learned: {what}") for name, what in sorted(learned.late.items()))
    return replace(plan, basis=Basis.REHEARSED, trials=learned.trials, gaps=(*plan.gaps, *late))


def _tries(shared: Gathering, plan: Plan, ways: Ways, requesters: Mapping[str, Requester],
           chosen: frozenset[str]) -> dict[str, Tried]:
    asker = shared.asker
    out_of = outgoing(shared.closures.edges)
    found = {}
    for reach in plan.reaches:
        if reach.strength in TRIED and (not asker.tried or reach.requester in chosen):
            item = plan_trial(reach.requester, requesters.get(reach.requester), shared.closures, ways, out_of,
                              shared.facts.interpreter.path)
            if item.modules or item.program:
                found[reach.requester] = item
    return found


def _environment(plan: Plan, asker: Asker) -> dict[str, str]:
    """What a program is started with: nothing of the caller's but what changes its imports."""
    own_home = asker.uid != 0 or plan.target.scheme == "user_site"
    home = asker.environ.get("HOME", "/") if own_home else "/tmp/home"
    kept = {name: asker.environ[name] for name in VARIABLES if asker.environ.get(name)}
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", "TERM": "dumb", **kept}


def _worlds(shared: Gathering, plan: Plan, removed: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Names of the state with the plan and of the one without: what a result holds for."""
    before = json.dumps([FORMAT, make_key(shared.host, shared.facts.sites)])
    changes = [[change.name, change.version, change.digest, change.source] for change in plan.changes]
    after = json.dumps([before, changes, plan.target.purelib, plan.target.platlib, sorted(removed.items())])
    return hashlib.sha256(after.encode()).hexdigest(), hashlib.sha256(before.encode()).hexdigest()


def _load(asker: Asker) -> dict[str, Any]:
    text = read_cached(asker.cache, "rehearsed", str(FORMAT), asker.uid)
    return dict(json.loads(text)) if text is not None else {}


def _save(asker: Asker, memory: Memory) -> None:
    if memory.changed:
        kept = dict(list(memory.kept.items())[-KEPT:])
        write_cached(asker.cache, "rehearsed", str(FORMAT), json.dumps(kept, separators=(",", ":")), asker.uid)


def _part(asker: Asker, what: str) -> Callable[[int, int], None]:
    def report(done: int, count: int) -> None:
        if asker.progress is not None:
            asker.progress(what, done, count)

    return report
