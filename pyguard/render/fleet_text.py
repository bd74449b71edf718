"""A FleetReport becomes a screenful: counts, the findings most hosts have, who was not audited, what is new."""

from __future__ import annotations

from collections import Counter

from ..model.fleet import ChangeKind, FleetReport, HostStatus
from ..model.verdict import Level
from .words import listing, printable

MOST = 10    # lines of a part
KIND_WORDS = {ChangeKind.FOUND: "new finding", ChangeKind.GONE: "no longer found", ChangeKind.LEVEL: "other level",
              ChangeKind.STATUS: "other status", ChangeKind.APPEARED: "new host",
              ChangeKind.DISAPPEARED: "host is gone"}


def render_fleet_text(report: FleetReport) -> str:
    """Lines for a terminal; long parts end with how much was left out."""
    lines = [fleet_headline(report)]
    lines += _part("findings", [f"{each.level.name.lower():5} {each.rule}: {each.subject or each.summary}"
                                f"  ({hosts_words(len(each.hosts))}: {listing(each.hosts)})"
                                for each in report.findings])
    lines += _part("not audited", [f"{host.name}: {host.status.value}: {host.message.strip() or 'no reason was given'}"
                                   for host in report.hosts if host.status is not HostStatus.AUDITED])
    if report.previous:
        kinds = Counter(change.kind for change in report.changes)
        counted = ", ".join(f"{word}: {kinds[kind]}" for kind, word in KIND_WORDS.items() if kinds[kind]) or "nothing"
        lines.append(f"different from {report.previous}: {counted}")
    return "".join(printable(line) + "\n" for line in lines)


def fleet_headline(report: FleetReport) -> str:
    """`6 hosts: 1 damaged, 2 with warnings, 1 clean, 1 failed, 1 unreachable`; nothing that is none."""
    counts = ((report.at_level(Level.BLOCK), "damaged"), (report.at_level(Level.WARN), "with warnings"),
              (report.at_level(Level.ALLOW), "clean"), (report.count(HostStatus.FAILED), "failed"),
              (report.count(HostStatus.UNREACHABLE), "unreachable"))
    said = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{hosts_words(len(report.hosts))}: {said}" if said else "no hosts"


def hosts_words(count: int) -> str:
    """`1 host`, `2 hosts`."""
    return f"{count} host{'' if count == 1 else 's'}"


def _part(title: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    rest = len(rows) - MOST
    return [f"{title}:", *(f"  {' '.join(row.split(chr(10)))}" for row in rows[:MOST]),
            *([f"  and {rest} more"] if rest > 0 else [])]
