"""Hosts of this run and of the last one -> a FleetReport."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model.fleet import ChangeKind, FleetChange, FleetFinding, FleetHost, FleetReport, HostFinding, HostStatus
from ..model.frozen import replace
from ..model.verdict import Level

Findings = dict[tuple[str, str], HostFinding]


def combine(hosts: Sequence[FleetHost], made: str, previous: str = "",
            before: Sequence[FleetHost] = ()) -> FleetReport:
    """A host that is not audited this time keeps what was last known of it, with its date, and out of the counts."""
    known = {host.name: host for host in before}
    kept = tuple(_keep(host, known.get(host.name)) for host in hosts)
    changes = tuple(_changes(kept, before)) if previous else ()
    return FleetReport(made, kept, _over_hosts(kept), changes, previous)


def _keep(host: FleetHost, known: FleetHost | None) -> FleetHost:
    if host.status is HostStatus.AUDITED or known is None:
        return host
    return replace(known, status=host.status, message=host.message)


def _over_hosts(hosts: Sequence[FleetHost]) -> tuple[FleetFinding, ...]:
    """The strictest first, then what most hosts have."""
    found: dict[tuple[str, str], list[tuple[str, HostFinding]]] = {}
    for host in hosts:
        if host.status is HostStatus.AUDITED:
            for key, finding in _by_key(host).items():
                found.setdefault(key, []).append((host.name, finding))
    combined = [FleetFinding(rows[0][1].rule, rows[0][1].subject, max(finding.level for _, finding in rows),
                             rows[0][1].summary, tuple(name for name, _ in rows)) for rows in found.values()]
    return tuple(sorted(combined, key=lambda each: (-each.level, -len(each.hosts), each.rule, each.subject)))


def _by_key(host: FleetHost) -> Findings:
    found: Findings = {}
    for finding in host.findings:
        if finding.key not in found or found[finding.key].level < finding.level:
            found[finding.key] = finding
    return found


def _changes(hosts: Sequence[FleetHost], before: Sequence[FleetHost]) -> Iterator[FleetChange]:
    old = {host.name: host for host in before}
    for host in hosts:
        if host.name not in old:
            yield FleetChange(host.name, ChangeKind.APPEARED, after=host.status.value)
            continue
        known = old.pop(host.name)
        if host.status is not known.status:
            yield FleetChange(host.name, ChangeKind.STATUS, "", known.status.value, host.status.value)
        if host.status is HostStatus.AUDITED and known.seen:
            yield from _finding_changes(host.name, _by_key(known), _by_key(host))
    for name in sorted(old):
        yield FleetChange(name, ChangeKind.DISAPPEARED, before=old[name].status.value)


def _finding_changes(name: str, before: Findings, after: Findings) -> Iterator[FleetChange]:
    for key in sorted(before.keys() | after.keys()):
        what = ": ".join(key)
        if key not in before:
            yield FleetChange(name, ChangeKind.FOUND, what, "", _word(after[key].level))
        elif key not in after:
            yield FleetChange(name, ChangeKind.GONE, what, _word(before[key].level), "")
        elif before[key].level is not after[key].level:
            yield FleetChange(name, ChangeKind.LEVEL, what, _word(before[key].level), _word(after[key].level))


def _word(level: Level) -> str:
    return level.name.lower()
