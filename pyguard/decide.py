"""Facts, a Request and a Plan become a Decision. Pure, and the only way to one."""

from __future__ import annotations

from .impact import assess
from .model.decision import Decision
from .model.facts import Facts
from .model.plan import Plan
from .model.request import Request
from .model.settings import Settings
from .policy.evaluate import evaluate
from .remedy import propose


def decide(facts: Facts, request: Request, plan: Plan, settings: Settings) -> Decision:
    """The whole chain after the plan; remedies are proposed only for what is not allowed."""
    impact = assess(facts, request, plan)
    verdict = evaluate(facts, impact, settings, plan.basis)
    remedies = propose(facts, request, verdict)
    return Decision(facts, request, plan, impact, verdict, remedies)
