"""An AuditReport becomes text for people: by level, each finding with who stands on it, then what to do."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.audit import AuditReport
from ..model.verdict import Finding, Level
from .words import listing, os_name, printable, tools_listing, wrap

RED, YELLOW, DIM, BOLD, PLAIN = "\033[31m", "\033[33m", "\033[2m", "\033[1m", "\033[0m"
WIDTH = 110
TITLES = ((Level.BLOCK, "Damaged", RED), (Level.WARN, "To look at", YELLOW),
          (Level.ALLOW, "Allowed by the policy", DIM))
INTERPRETERS = 3


def render_audit_text(report: AuditReport, colour: bool = False) -> str:
    """Ends with one line that counts; control characters of file names are escapes."""
    lines = [printable(headline(report))]
    for level, title, tint in TITLES:
        found = [finding for finding in report.findings if finding.level is level]
        if found:
            lines += ["", _paint(title, BOLD + tint, colour)]
        for finding in found:
            lines += _finding(finding, tint, colour)
    lines += [printable(f"not looked at: {gap.subject}: {gap.reason}") for gap in report.skipped]
    return "\n".join([*lines, "", summary(report)]) + "\n"


def headline(report: AuditReport) -> str:
    """Which system, which Python, whose accounts."""
    pythons = listing([f"{each.path} ({each.version or '?'})" for each in report.interpreters], INTERPRETERS)
    where = f" in {report.root}" if report.root else ""
    return f"{os_name(report.os)}{where}: {pythons or 'no system Python'}; accounts: {listing(report.accounts, 6)}"


def _finding(finding: Finding, tint: str, colour: bool) -> Iterator[str]:
    place = f" ({finding.location.path}:{finding.location.line})" if finding.location and finding.location.line else ""
    yield f"  {_paint(finding.rule, tint, colour)}{printable(place)}"
    yield from map(printable, wrap(finding.summary, WIDTH, "    "))
    if finding.evidence:
        yield from (_paint(printable(line), DIM, colour)
                    for line in wrap("stands on it: " + tools_listing(finding.evidence, 5), WIDTH, "    "))
    if finding.allowance:
        yield printable(f"    allowed until {finding.allowance.until}: {finding.allowance.reason}")


def summary(report: AuditReport) -> str:
    """`2 damaged, 1 to look at; pyguard repair shows what can be done`."""
    if not report.findings:
        return "nothing found"
    counts = ((Level.BLOCK, "damaged"), (Level.WARN, "to look at"), (Level.ALLOW, "allowed"))
    said = ", ".join(f"{report.count(level)} {word}" for level, word in counts if report.count(level))
    if report.root or report.level is Level.ALLOW:
        return said
    option = "" if report.level is Level.BLOCK else " --level warn"
    return f"{said}; pyguard repair{option} shows what can be done"


def _paint(text: str, colour: str, wanted: bool) -> str:
    return f"{colour}{text}{PLAIN}" if wanted else text
