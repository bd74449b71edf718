"""A Target seen from another interpreter than the one whose pip writes there. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.facts import Facts, SiteDirectory
from ..model.frozen import replace
from ..model.plan import Target


def reaches(target: Target, sites: Iterable[SiteDirectory]) -> bool:
    """Whether an interpreter with these site directories would import from there, or it is the OS's own place."""
    return target.is_the_systems or bool({target.purelib, target.platlib} & {site.path for site in sites})


def reach(target: Target, facts: Facts) -> Target:
    """The same directories with their place on that interpreter's sys.path."""
    ranks = [site.rank for site in facts.sites if site.path in (target.purelib, target.platlib)]
    return replace(target, on_path=bool(ranks), rank=min(ranks, default=None))
