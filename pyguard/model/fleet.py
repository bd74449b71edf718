"""What the audits of many hosts say together: hosts, findings over hosts, and what is different from the last run."""

from __future__ import annotations

from enum import Enum

from .frozen import dataclass
from .verdict import Level

SCHEMA = 1


class HostStatus(Enum):
    """Whether a host's audit is there."""

    AUDITED = "audited"
    FAILED = "failed"              # it answered, and something went wrong
    UNREACHABLE = "unreachable"


class ChangeKind(Enum):
    """What is different from the last run."""

    FOUND = "found"                # a finding that was not there
    LEVEL = "level"                # the same finding at another level
    STATUS = "status"
    APPEARED = "appeared"          # a host that was not in the last run
    GONE = "gone"                  # a finding that is no longer there
    DISAPPEARED = "disappeared"    # a host that was in the last run


@dataclass(frozen=True)
class HostFinding:
    """A finding as a host's audit has it; `allowed` is the date of the allowance that covers it, or empty."""

    rule: str
    level: Level
    summary: str
    subject: str = ""
    evidence: tuple[str, ...] = ()
    allowed: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same finding on another host, or on another day."""
        return (self.rule, self.subject or self.summary)


@dataclass(frozen=True)
class FleetHost:
    """One host. `seen` (ISO 8601) says when its findings were found: before this run where it is not audited."""

    name: str
    status: HostStatus
    message: str = ""
    system: str = ""
    version: str = ""              # of pyguard
    findings: tuple[HostFinding, ...] = ()
    skipped: int = 0               # what its audit did not look at
    seen: str = ""

    @property
    def level(self) -> Level:
        """The strictest of its findings."""
        return max((finding.level for finding in self.findings), default=Level.ALLOW)

    def count(self, level: Level) -> int:
        """How many findings have exactly this level."""
        return sum(finding.level is level for finding in self.findings)


@dataclass(frozen=True)
class FleetFinding:
    """One finding with the hosts that have it now; the level is the strictest, the summary the first host's."""

    rule: str
    subject: str
    level: Level
    summary: str
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class FleetChange:
    """One difference from the last run: `what` is a rule and its subject, or a status; levels and states in words."""

    host: str
    kind: ChangeKind
    what: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class FleetReport:
    """`made` and `previous` are ISO 8601 in UTC; an empty `previous` means that there was no run to compare with."""

    made: str
    hosts: tuple[FleetHost, ...]
    findings: tuple[FleetFinding, ...] = ()
    changes: tuple[FleetChange, ...] = ()
    previous: str = ""
    schema: int = SCHEMA

    def count(self, status: HostStatus) -> int:
        """How many hosts have this status."""
        return sum(host.status is status for host in self.hosts)

    def at_level(self, level: Level) -> int:
        """How many audited hosts have this level."""
        return sum(host.status is HostStatus.AUDITED and host.level is level for host in self.hosts)
