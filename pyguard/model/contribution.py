"""What plugins add to a decision: findings, remedies, and what one of them failed to say."""

from __future__ import annotations

from .facts import Gap
from .frozen import dataclass
from .remedy import Remedy
from .verdict import Finding


@dataclass(frozen=True)
class Contribution:
    """Nothing of it takes anything away: levels combine with max(), gaps count as those of the host."""

    findings: tuple[Finding, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    gaps: tuple[Gap, ...] = ()
