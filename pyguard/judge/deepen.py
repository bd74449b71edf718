"""A resolved plan becomes one with evidence: what the closures say, and where asked for what a rehearsal says."""

from __future__ import annotations

from collections.abc import Collection

from ..evidence.gather import Asker, gather
from ..host import Host
from ..model.facts import Facts, Gap
from ..model.frozen import replace
from ..model.plan import Basis, Plan
from ..model.request import Request
from ..plan.ask_pip import Ask
from ..plan.destination import refused_by_pip
from .identify import Caller

WORKERS = 2


def deepen(host: Host, plan: Plan, request: Request, facts: Facts, caller: Caller, ask: Ask,
           depth: Basis, tried: Collection[str]) -> Plan:
    """A plan that pip itself would not carry out changes nothing."""
    reason = refused_by_pip(request, facts)
    if reason:
        return replace(plan, changes=(), gaps=(*plan.gaps, Gap("the plan", f"pip would not carry it out: {reason}")))

    return gather(host, plan, request, facts, _asker(caller, ask, tried), depth is Basis.REHEARSED)


def _asker(caller: Caller, ask: Ask, tried: Collection[str]) -> Asker:
    return Asker(caller.environ, caller.uid, caller.gid, caller.cache, caller.own_python, ask, WORKERS,
                 caller.progress, frozenset(tried), caller.patience)
