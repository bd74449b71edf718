"""Facts and a Plan become the Impact: what the plan's changes do to what the operating system's tools use.

Pure. Only what is newly broken counts: a bound or a requirement that does not hold today is nobody's
doing now (a pristine Debian 12 ships eleven of them).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Distribution, EnvironmentKind, Facts, OwnerKind
from ..model.frozen import replace
from ..model.impact import (
    CondaBaseChanged,
    CondaBaseMutation,
    Effect,
    Impact,
    LibraryShadow,
    Overwrite,
    ProtectedInstall,
    Removal,
    Shadow,
    UnknownRemoval,
    UserSiteLeak,
)
from ..model.plan import Basis, Change, Effectiveness, Plan, Target
from ..model.request import Action, Request, Scheme
from .bounds import broken_bounds, broken_requirements
from .bypass import find_bypasses
from .damage import Outcome, may_remove, predict
from .grades import grade
from .isolated import isolated_packages, spare
from .names import taken_commands, taken_names
from .standing import Reverse, reverse_dependencies, tools_standing_on

CONDA = frozenset({EnvironmentKind.CONDA, EnvironmentKind.CONDA_BASE, EnvironmentKind.PIXI})
UPKEEP = frozenset({"conda", "mamba", "micromamba", "conda-build", "conda-libmamba-solver", "libmamba", "libmambapy",
                    "anaconda-anon-usage", "boa", "constructor"})    # what belongs in base


def assess(facts: Facts, request: Request, plan: Plan) -> Impact:
    """All effects of `plan`, the ones that say most first."""
    found = _assess(facts, request, plan)
    if not plan.lacks:
        return found
    native = tuple(LibraryShadow(lack.tool, lack.library, lack.missing, lack.variable, lack.where, lack.needed_by,
                                 change=lack.change) for lack in plan.lacks)
    return replace(found, effects=(*native, *found.effects))


def _assess(facts: Facts, request: Request, plan: Plan) -> Impact:
    if facts.interpreter.kind in CONDA:
        return Impact(tuple(_on_conda(facts, request, plan)), plan.gaps)
    if not facts.interpreter.is_protected or not _reaches(request, plan.target):
        return Impact(gaps=plan.gaps)
    if plan.target.scheme == "private":
        return Impact(tuple(effect for change in plan.changes for effect in taken_commands(facts, plan, change)),
                      plan.gaps)
    reverse, isolated = reverse_dependencies(facts.requesters), isolated_packages(facts, plan.target)
    effects: list[Effect] = []
    for change in plan.changes:
        for loser in _losers(facts, change):
            effects.extend(spare(_effects_on(facts, request, plan, change, loser, reverse), isolated))
        effects.extend(taken_names(facts, request, plan, change))
    effects.extend(grade(plan))
    if request.action is Action.INSTALL and plan.basis is not Basis.OBSERVED:
        effects.extend(find_bypasses(facts, request))
        target = plan.target
        effects.append(ProtectedInstall(facts.interpreter.path, target.purelib, target.scheme, _arriving(plan)))
    effects.extend(_unknown_removals(facts, request, plan))
    return Impact(tuple(effects), (*facts.gaps, *plan.gaps), plan.basis is Basis.OBSERVED)


def _unknown_removals(facts: Facts, request: Request, plan: Plan) -> Iterator[UnknownRemoval]:
    """What an uninstall was told where it could not be read: a list at an address. What a file has is not run yet."""
    asked = request.action is Action.UNINSTALL and request.location is None
    if asked and request.gaps and may_remove(facts, request, plan):
        yield from (UnknownRemoval(" ".join(request.argv[:2]), gap) for gap in request.gaps)


def _reaches(request: Request, target: Target) -> bool:
    """Whether the plan concerns the interpreter at all.

    Its own place and the user's always do, even where the variables of the moment keep them off sys.path;
    an uninstall takes what comes first there, whatever the destination of an install would be.
    """
    own = request.destination.scheme in (Scheme.DEFAULT, Scheme.USER) and not request.destination.root
    own = own and target.scheme != "user_base"    # poetry's idea of the user's place, which no Python knows on Debian
    passing = own or target.scheme == "private" or request.action is Action.UNINSTALL
    return passing or target.on_path or target.is_the_systems


def _arriving(plan: Plan) -> tuple[Change, ...]:
    return tuple(change for change in plan.changes if change.version is not None)


def _on_conda(facts: Facts, request: Request, plan: Plan) -> Iterator[Effect]:
    """conda knows nothing of what pip does in its base; the user site is every environment's."""
    if request.frontend == "conda":
        names = {wanted.name for wanted in request.wanted}
        if facts.interpreter.kind is EnvironmentKind.CONDA_BASE and not (names and names <= UPKEEP):
            yield CondaBaseChanged(" ".join(request.argv), bool(request.destination.asked_by))
    elif plan.target.scheme == "user_site":
        if request.action is Action.INSTALL:
            yield UserSiteLeak(facts.interpreter.path, plan.target.purelib, "PYTHONNOUSERSITE", _arriving(plan))
    elif facts.interpreter.kind is EnvironmentKind.CONDA_BASE and plan.changes and plan.target.on_path:
        yield _on_base(facts, plan)


def _on_base(facts: Facts, plan: Plan) -> CondaBaseMutation:
    """pip replaces what conda installed there under the same name, whatever conda's records say."""
    names = {change.name for change in plan.changes}
    losers = tuple(item for item in facts.distributions
                   if item.name in names and item.owner and item.owner.kind is OwnerKind.CONDA and item.owner.name)
    reverse = reverse_dependencies(facts.requesters)
    tools = dict.fromkeys(tool for item in losers if item.owner for tool in tools_standing_on(item.owner.name, reverse))
    return CondaBaseMutation(facts.interpreter.prefix, plan.changes, losers, tuple(tools))


def _losers(facts: Facts, change: Change) -> Iterator[Distribution]:
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


def _effects_on(facts: Facts, request: Request, plan: Plan, change: Change, loser: Distribution,
                reverse: Reverse) -> Iterator[Effect]:
    owner = loser.owner.name if loser.owner else ""
    tools = tools_standing_on(owner, reverse)
    found = predict(facts, request, plan, change, loser)
    if found.effectiveness is Effectiveness.KEEPS:
        return
    if change.version is None:
        yield Removal(loser, change, tools, found.effectiveness, found.because)
        return
    yield from _replacement(plan, change, loser, tools, found)
    rank = {site.path: site.rank for site in facts.sites}.get(loser.site)
    if rank is not None and plan.target.rank is not None and rank < plan.target.rank:
        return    # the operating system's copy still wins the import
    yield Shadow(change, loser, _contested(change, loser), tools, found.effectiveness, found.because)
    if loser.name == change.name:
        yield from broken_bounds(change, loser, owner, reverse)
        yield from broken_requirements(facts, change, loser, reverse)


def _replacement(plan: Plan, change: Change, loser: Distribution, tools: tuple[str, ...],
                 found: Outcome) -> Iterator[Effect]:
    """The OS's files go: written over in their own directory, or uninstalled for a copy elsewhere."""
    into_same = loser.site in (plan.target.purelib, plan.target.platlib)
    if into_same and loser.owner and found.effectiveness is not Effectiveness.REFUSED:
        yield Overwrite(loser.site, loser.owner, change)
    elif found.effectiveness is Effectiveness.REPLACES:
        yield Removal(loser, change, tools, found.effectiveness, found.because)


def _contested(change: Change, loser: Distribution) -> tuple[str, ...]:
    theirs = set(loser.import_names)
    return tuple(name for name in change.import_names if name in theirs) or loser.import_names
