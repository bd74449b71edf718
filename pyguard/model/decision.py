"""One decision, whole: what a bug report saves and a scenario replays."""

from __future__ import annotations

from .facts import Facts
from .frozen import dataclass
from .impact import Impact
from .plan import Plan
from .remedy import Remedy
from .request import Request
from .verdict import Verdict

SCHEMA = 1


@dataclass(frozen=True)
class Decision:
    """`Facts + Request -> Plan -> Impact -> Verdict -> Remedy`, none of it lost."""

    facts: Facts
    request: Request
    plan: Plan
    impact: Impact
    verdict: Verdict
    remedies: tuple[Remedy, ...] = ()
    schema: int = SCHEMA
