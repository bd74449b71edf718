"""A resolved plan becomes one with evidence: what the closures say, and where asked for what a rehearsal says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..evidence.gather import Asker, gather
from ..host import Host
from ..model.facts import Facts, Gap
from ..model.frozen import replace
from ..model.plan import Basis, Plan
from ..model.request import Request
from ..plan.ask_pip import Answer, ask_pip
from ..plan.destination import refused_by_pip
from .identify import Caller

WORKERS = 2


def deepen(host: Host, plan: Plan, request: Request, facts: Facts, caller: Caller, depth: Basis,
           tried: Collection[str]) -> Plan:
    """A plan that pip itself would not carry out changes nothing."""
    reason = refused_by_pip(request, facts)
    if reason:
        return replace(plan, changes=(), gaps=(*plan.gaps, Gap("the plan", f"pip would not carry it out: {reason}")))

    return gather(host, plan, request, facts, _asker(caller, tried), depth is Basis.REHEARSED)


def _asker(caller: Caller, tried: Collection[str]) -> Asker:
    def ask(argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        return ask_pip(argv, environment, directory, caller.uid)

    return Asker(caller.environ, caller.uid, caller.gid, caller.cache, caller.own_python, ask, WORKERS,
                 caller.progress, frozenset(tried), caller.patience)
