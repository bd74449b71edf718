"""Facts and a Plan become the Impact: what the plan's changes do to what the operating system's tools use.

Pure. Only what is newly broken counts: a bound or a requirement that does not hold today is nobody's
doing now (a pristine Debian 12 ships eleven of them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .model.facts import Bound, Distribution, Facts, Importance, OwnerKind, Requester
from .model.impact import (
    BrokenBound,
    BrokenRequirement,
    Effect,
    GuardBypass,
    Impact,
    Overwrite,
    ProtectedInstall,
    Removal,
    Shadow,
)
from .model.plan import Change, Plan, Target
from .model.request import Action, Request, Scheme
from .model.versions import bound_holds, bound_must_break, os_bound_holds, specifier_holds

PEP_668_SINCE = (23, 0)    # the first pip that reads EXTERNALLY-MANAGED


def assess(facts: Facts, request: Request, plan: Plan) -> Impact:
    """All effects of `plan`, the ones that say most first."""
    if not facts.interpreter.is_protected or not _reaches(request, plan.target):
        return Impact(gaps=plan.gaps)
    reverse = _reverse_dependencies(facts.requesters)
    effects: list[Effect] = []
    for change in plan.changes:
        for loser in _losers(facts, plan, change):
            effects.extend(_effects_on(facts, plan, change, loser, reverse))
    arriving = tuple(change for change in plan.changes if change.version is not None)
    if request.action is Action.INSTALL:
        effects.extend(_bypasses(facts, request))
        effects.append(ProtectedInstall(facts.interpreter.path, plan.target.purelib, plan.target.scheme, arriving))
    return Impact(tuple(effects), (*facts.gaps, *plan.gaps))


def _reaches(request: Request, target: Target) -> bool:
    """Whether the plan concerns the interpreter at all.

    Its own place and the user's always do, even where the variables of the moment keep them off sys.path;
    an uninstall takes what comes first there, whatever the destination of an install would be.
    """
    own = request.destination.scheme in (Scheme.DEFAULT, Scheme.USER) and not request.destination.root
    return own or target.on_path or target.is_the_systems or request.action is Action.UNINSTALL


def _losers(facts: Facts, plan: Plan, change: Change) -> Iterator[Distribution]:
    """What the operating system owns and the change has in common with: a name or an import name."""
    imports = set(change.import_names)
    for distribution in facts.distributions:
        if distribution.owner is None or distribution.owner.kind is not OwnerKind.OS:
            continue
        if change.version is None:
            if distribution.name == change.name and distribution.site == change.site:
                yield distribution
        elif distribution.name == change.name or imports & set(distribution.import_names):
            yield distribution


def _effects_on(facts: Facts, plan: Plan, change: Change, loser: Distribution,
                reverse: dict[str, list[Requester]]) -> Iterator[Effect]:
    owner = loser.owner.name if loser.owner else ""
    tools = tools_standing_on(owner, reverse)
    if change.version is None:
        yield Removal(loser, change, tools)
        return
    rank = {site.path: site.rank for site in facts.sites}.get(loser.site)
    if rank is not None and plan.target.rank is not None and rank < plan.target.rank:
        return    # the operating system's copy still wins the import
    if loser.site in (plan.target.purelib, plan.target.platlib) and loser.owner:
        yield Overwrite(loser.site, loser.owner, change)
    yield Shadow(change, loser, _contested(change, loser), tools)
    if loser.name == change.name:
        yield from _broken_bounds(change, loser, owner, reverse)
        yield from _broken_requirements(facts, change, loser, reverse)


def _contested(change: Change, loser: Distribution) -> tuple[str, ...]:
    theirs = set(loser.import_names)
    return tuple(name for name in change.import_names if name in theirs) or loser.import_names


def _broken_bounds(change: Change, loser: Distribution, owner: str,
                   reverse: dict[str, list[Requester]]) -> Iterator[BrokenBound]:
    installed = loser.owner.version if loser.owner else ""
    for requester in sorted(reverse.get(owner, ()), key=_weight):
        for bound in requester.needs:
            if bound.package == owner and bound.relation and _breaks(change, bound, installed):
                yield BrokenBound(requester, bound, change, loser, _with_itself(requester, reverse))


def _breaks(change: Change, bound: Bound, installed: str) -> bool:
    if not os_bound_holds(bound, installed):
        return False
    if change.version:
        return not bound_holds(bound, change.version, installed)
    return bound_must_break(bound, change.specifier, installed)


def _broken_requirements(facts: Facts, change: Change, loser: Distribution,
                         reverse: dict[str, list[Requester]]) -> Iterator[BrokenRequirement]:
    if not change.version:
        return
    for distribution in facts.distributions:
        for requirement in distribution.requires:
            if (specifier_holds(requirement, change.name, loser.version) is True
                    and specifier_holds(requirement, change.name, change.version) is False):
                owner = distribution.owner.name if distribution.owner else ""
                yield BrokenRequirement(distribution, requirement, change, tools_standing_on(owner, reverse))


def _bypasses(facts: Facts, request: Request) -> Iterator[GuardBypass]:
    guard = facts.interpreter.externally_managed
    if guard is None:
        return
    if request.break_system_packages is not None:
        yield GuardBypass("--break-system-packages", request.break_system_packages.origin, guard.path)
    elif request.destination.scheme in (Scheme.TARGET, Scheme.PREFIX) or request.destination.root:
        option = "--root" if request.destination.root else f"--{request.destination.scheme.value}"
        yield GuardBypass(option, request.destination.asked_by, guard.path)
    elif facts.pip is not None and facts.pip.version and _release(facts.pip.version) < PEP_668_SINCE:
        yield GuardBypass(f"pip {facts.pip.version} does not read it", facts.pip.path, guard.path)


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _reverse_dependencies(requesters: Iterable[Requester]) -> dict[str, list[Requester]]:
    reverse: dict[str, list[Requester]] = {}
    for requester in requesters:
        for package in {bound.package for bound in requester.needs}:
            reverse.setdefault(package, []).append(requester)
    return reverse


def _weight(requester: Requester) -> tuple[bool, str]:
    return (requester.importance is not Importance.CORE, requester.name)


def tools_standing_on(package: str, reverse: dict[str, list[Requester]]) -> tuple[str, ...]:
    """Names of the requesters that ship programs and reach `package` through their dependencies."""
    seen: dict[str, Requester] = {}
    waiting = [package]
    while waiting:
        for requester in reverse.get(waiting.pop(), ()):
            if requester.name not in seen:
                seen[requester.name] = requester
                waiting.append(requester.name)
    return tuple(tool.name for tool in sorted(seen.values(), key=_weight) if tool.commands)


def _with_itself(requester: Requester, reverse: dict[str, list[Requester]]) -> tuple[str, ...]:
    tools = tools_standing_on(requester.name, reverse)
    return (requester.name, *tools) if requester.commands else tools

