"""Hosts become findings over hosts, and what is different from the last run."""

from __future__ import annotations

from dataclasses import replace

from pyguard.fleet.combine import combine
from pyguard.model.fleet import ChangeKind, FleetHost, HostFinding, HostStatus
from pyguard.model.verdict import Level

MONDAY, TUESDAY = "2026-11-23T06:00:00Z", "2026-11-24T06:00:00Z"
SIX = HostFinding("os-distribution-shadowed", Level.BLOCK, "six 99 is imported", "python3-six")
PATH = HostFinding("path-reordered", Level.WARN, "/etc/profile.d/x.sh puts /opt in front")


def host(name: str, *findings: HostFinding, seen: str = MONDAY) -> FleetHost:
    return FleetHost(name, HostStatus.AUDITED, "", "Debian 12", "0.1.0", findings, 0, seen)


def test_findings_over_hosts_the_strictest_and_most_common_first() -> None:
    other = replace(SIX, subject="python3-yaml")
    report = combine([host("a", PATH, other), host("b", PATH, SIX), host("c", SIX)], MONDAY)
    assert [(each.rule, each.subject, each.hosts) for each in report.findings] == [
        (SIX.rule, "python3-six", ("b", "c")), (SIX.rule, "python3-yaml", ("a",)), (PATH.rule, "", ("a", "b"))]
    assert (report.previous, report.changes) == ("", ())
    assert (report.at_level(Level.BLOCK), report.at_level(Level.WARN)) == (3, 0)


def test_a_finding_that_one_host_is_allowed_has_the_level_of_the_others() -> None:
    [finding] = combine([host("a", replace(SIX, level=Level.ALLOW)), host("b", SIX)], MONDAY).findings
    assert (finding.level, finding.hosts) == (Level.BLOCK, ("a", "b"))


def test_what_is_different() -> None:
    before = [host("a", SIX, PATH), host("b"), host("c"), host("gone")]
    now = [host("a", replace(SIX, level=Level.WARN), seen=TUESDAY), host("b", PATH, seen=TUESDAY),
           FleetHost("c", HostStatus.UNREACHABLE, "timed out"), host("new", seen=TUESDAY)]
    report = combine(now, TUESDAY, MONDAY, before)
    assert [(each.host, each.kind, each.before, each.after) for each in report.changes] == [
        ("a", ChangeKind.LEVEL, "block", "warn"), ("a", ChangeKind.GONE, "warn", ""),
        ("b", ChangeKind.FOUND, "", "warn"), ("c", ChangeKind.STATUS, "audited", "unreachable"),
        ("new", ChangeKind.APPEARED, "", "audited"), ("gone", ChangeKind.DISAPPEARED, "audited", "")]
    assert combine(report.hosts, TUESDAY, TUESDAY, report.hosts).changes == ()


def test_a_host_that_is_away_keeps_what_was_known_and_nothing_is_new_when_it_is_back() -> None:
    away = combine([FleetHost("a", HostStatus.UNREACHABLE, "timed out")], TUESDAY, MONDAY, [host("a", SIX)])
    [kept] = away.hosts
    assert (kept.status, kept.message) == (HostStatus.UNREACHABLE, "timed out")
    assert (kept.findings, kept.seen) == ((SIX,), MONDAY)
    assert away.findings == () and away.at_level(Level.BLOCK) == 0
    back = combine([host("a", SIX, seen="later")], "later", TUESDAY, away.hosts)
    assert [each.kind for each in back.changes] == [ChangeKind.STATUS]
    broken = FleetHost("b", HostStatus.FAILED, "no")
    never = combine([broken], TUESDAY, MONDAY, [broken])
    first = combine([host("b", SIX, seen="later")], "later", TUESDAY, never.hosts)
    assert [each.kind for each in first.changes] == [ChangeKind.STATUS]    # a first audit is no list of news
