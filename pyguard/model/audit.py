"""What an audit says: findings, what they rest on, and what was not looked at."""

from __future__ import annotations

from .facts import Gap, Interpreter, OperatingSystem
from .frozen import dataclass
from .impact import Effect
from .verdict import Finding, Level

SCHEMA = 1
NOT_ASKED = Gap("the contents of OS files", "left out on request (--no-contents)")


@dataclass(frozen=True)
class AuditReport:
    """`root`: the tree or image that was looked at, empty for this machine. `effects` are what a repair answers."""

    os: OperatingSystem
    interpreters: tuple[Interpreter, ...]
    accounts: tuple[str, ...]
    findings: tuple[Finding, ...]
    effects: tuple[Effect, ...] = ()
    skipped: tuple[Gap, ...] = ()
    root: str = ""
    schema: int = SCHEMA

    @property
    def unseen(self) -> tuple[Gap, ...]:
        """What could not be looked at, without what was not to be."""
        return tuple(gap for gap in self.skipped if gap != NOT_ASKED)

    @property
    def level(self) -> Level:
        """The strictest of the findings that no allowance covers."""
        return max((finding.level for finding in self.findings), default=Level.ALLOW)

    def count(self, level: Level) -> int:
        """How many findings have exactly this level."""
        return sum(finding.level is level for finding in self.findings)
