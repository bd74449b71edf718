"""Facts become the Plan that already happened: what is installed in front of the operating system's copies. Pure."""

from __future__ import annotations

from ..model.facts import Distribution, Facts, OwnerKind, SiteDirectory
from ..model.plan import Basis, Change, Plan, Target


def observe(facts: Facts) -> tuple[Plan, ...]:
    """One plan a site directory that comes before the OS's own and holds something, the first on the path first."""
    os_ranks = [site.rank for site in facts.sites if site.owner is OwnerKind.OS]
    last = max(os_ranks, default=-1)
    sites = sorted((site for site in facts.sites if site.owner is not OwnerKind.OS and site.rank < last),
                   key=lambda site: site.rank)
    plans = (_plan(site, [item for item in facts.distributions if item.site == site.path]) for site in sites)
    return tuple(plan for plan in plans if plan.changes)


def _plan(site: SiteDirectory, distributions: list[Distribution]) -> Plan:
    target = Target(site.path, site.path, "", site.scheme, on_path=True, rank=site.rank, reason="found there")
    changes = tuple(Change(item.name, item.version, site.path, import_names=item.import_names, requires=item.requires)
                    for item in distributions)
    return Plan(Basis.OBSERVED, target, changes)
