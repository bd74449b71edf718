"""The answer: findings, each by one rule, and the level they add up to."""

from __future__ import annotations

from enum import IntEnum
from typing import Optional

from .frozen import dataclass
from .plan import Basis
from .request import Location


class Level(IntEnum):
    """Combined with max(): a plugin can only be stricter. REDIRECT is not a level but a remedy."""

    ALLOW = 0
    WARN = 1
    BLOCK = 2


@dataclass(frozen=True)
class Allowance:
    """A dated, reasoned exception to one rule. It is still shown. `until` is an ISO 8601 date."""

    rule: str
    subject: str
    reason: str
    until: str = ""


@dataclass(frozen=True)
class Finding:
    """One statement by one rule. `subject` is what an allowance would name.

    `allowance` covers it; `lapsed` is one that did until its date passed, and has no effect any more.
    """

    rule: str
    level: Level
    summary: str
    subject: str = ""
    evidence: tuple[str, ...] = ()
    location: Optional[Location] = None
    allowance: Optional[Allowance] = None
    lapsed: Optional[Allowance] = None


@dataclass(frozen=True)
class Verdict:
    """The level, the findings behind it, and how deep the plan had been looked into."""

    level: Level
    findings: tuple[Finding, ...] = ()
    basis: Basis = Basis.DECLARED
