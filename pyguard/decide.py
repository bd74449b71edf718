"""Facts, a Request and a Plan become a Decision. Pure, and the only way to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional

from .impact import assess
from .model.contribution import Contribution
from .model.decision import Decision
from .model.facts import Facts, Gap
from .model.frozen import replace
from .model.impact import Impact
from .model.plan import Plan
from .model.request import Request
from .model.settings import Settings
from .model.verdict import Level
from .policy.evaluate import evaluate

Contributor = Callable[[Facts, Request, Impact], Contribution]
Readdress = Callable[[Facts, Request], tuple[Facts, Request]]


def decide(facts: Facts, request: Request, plan: Plan, settings: Settings,
           contribute: Optional[Contributor] = None, with_remedies: bool = True,
           readdress: Optional[Readdress] = None) -> Decision:
    """The whole chain after the plan; remedies are proposed only for what is not allowed.

    `with_remedies`: False where nobody asks for them, as for the thousands of commands of a repository.

    `readdress`: gives the Facts and the Request that remedies are for, where that is somebody else than who asks.

    `contribute`: what plugins say. It is added and takes nothing away; where they fail is one more gap of the facts.
    """
    impact = assess(facts, request, plan)
    added = contribute(facts, request, impact) if contribute else Contribution()
    gaps: tuple[Gap, ...] = tuple(gap for gap in added.gaps if gap not in facts.gaps)
    if gaps:
        facts, impact = replace(facts, gaps=(*facts.gaps, *gaps)), replace(impact, gaps=(*impact.gaps, *gaps))
    verdict = evaluate(facts, impact, settings, plan.basis, more=added.findings)
    if not with_remedies or verdict.level is Level.ALLOW:
        return Decision(facts, request, plan, impact, verdict, ())
    from .remedy import propose  # what passes needs none

    advised, meant = readdress(facts, request) if readdress else (facts, request)
    return Decision(facts, request, plan, impact, verdict, propose(advised, meant, verdict, added.remedies))
