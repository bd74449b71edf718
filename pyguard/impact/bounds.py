"""A change that wins an import in, the declared bounds and requirements that would no longer hold out. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Bound, Distribution, Facts
from ..model.impact import BrokenBound, BrokenRequirement
from ..model.plan import Change
from ..model.versions import bound_holds, bound_must_break, os_bound_holds, specifier_holds
from .standing import Reverse, tools_standing_on, weight, with_itself


def broken_bounds(change: Change, loser: Distribution, owner: str, reverse: Reverse) -> Iterator[BrokenBound]:
    """Bounds of OS packages on the loser's package that hold today."""
    installed = loser.owner.version if loser.owner else ""
    for requester in sorted(reverse.get(owner, ()), key=weight):
        for bound in requester.needs:
            if bound.package == owner and bound.relation and _breaks(change, bound, installed):
                yield BrokenBound(requester, bound, change, loser, with_itself(requester, reverse))


def _breaks(change: Change, bound: Bound, installed: str) -> bool:
    if not os_bound_holds(bound, installed):
        return False
    if change.version:
        return not bound_holds(bound, change.version, installed)
    return bound_must_break(bound, change.specifier, installed)


def broken_requirements(facts: Facts, change: Change, loser: Distribution,
                        reverse: Reverse) -> Iterator[BrokenRequirement]:
    """Requires-Dist of installed distributions; only an exact version can be held against them."""
    if not change.version:
        return
    for distribution in facts.distributions:
        for requirement in distribution.requires:
            if (specifier_holds(requirement, change.name, loser.version) is True
                    and specifier_holds(requirement, change.name, change.version) is False):
                owner = distribution.owner.name if distribution.owner else ""
                yield BrokenRequirement(distribution, requirement, change, _tools_of(owner, facts, reverse))


def _tools_of(package: str, facts: Facts, reverse: Reverse) -> tuple[str, ...]:
    """The tools that break with an OS package, its own programs first."""
    own = next((one for one in facts.requesters if one.name == package and one.commands), None)
    return with_itself(own, reverse) if own else tools_standing_on(package, reverse)
