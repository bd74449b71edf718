"""What monitoring takes of an audit: metrics in a file, lines in the system's log, one line and an exit code."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TextIO

from ..errors import PyguardError, UsageError
from ..model.audit import AuditReport
from ..model.verdict import Finding, Level
from ..policy.audited import AUDITED
from ..render import nagios
from ..render.prometheus import is_complete, render_prometheus
from .main import contain
from .outlet import write_file

ENDING = ".prom"
READABLE = 0o644    # node exporter is an ordinary user


def add_options(parser: argparse.ArgumentParser, form: argparse._MutuallyExclusiveGroup) -> None:
    """Beside the forms of the report."""
    form.add_argument("--nagios", action="store_true",
                      help="one line, and exit 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN")
    parser.add_argument("--prometheus", metavar="FILE", default="",
                        help="write metrics there as well, for node exporter's textfile collector: DIRECTORY/NAME.prom")
    parser.add_argument("--syslog", action="store_true",
                        help="a line for each finding, and one for the audit, to journald or syslog as well")


def check_options(options: argparse.Namespace) -> None:
    """Raises UsageError before an audit is made that could not be told."""
    if options.prometheus and not options.prometheus.endswith(ENDING):
        raise UsageError("bad-usage", f"node exporter reads no file named {options.prometheus!r}",
                         hint=f"its textfile collector takes names that end in {ENDING}")


def tell(report: AuditReport, options: argparse.Namespace, seconds: float, cwd: str) -> None:
    """Metrics and log lines, where they are asked for. Raises PyguardError where a file cannot be written."""
    if options.syslog:
        _log(report, seconds)
    if options.prometheus:
        rules = [rule.ID for rule in AUDITED]
        write_file(options.prometheus, render_prometheus(report, rules, time.time(), seconds), cwd, READABLE)


def _log(report: AuditReport, seconds: float) -> None:
    from ..enforce.announce import INFO, NOTICE, WARNING, announce

    for finding in report.findings:
        announce({"event": "finding", **_fields(finding)}, WARNING if finding.level is Level.BLOCK else NOTICE)
    announce({"event": "audit", "level": report.level.name.lower(), "path": report.root,
              **{level.name.lower(): report.count(level) for level in Level}, "complete": is_complete(report),
              "seconds": round(seconds, 3)}, INFO)


def _fields(finding: Finding) -> dict[str, object]:
    place = finding.location
    return {"level": finding.level.name.lower(), "rule": finding.rule, "subject": finding.subject,
            "path": place.path if place else "", "line": place.line if place else None,
            "allowed": finding.allowance.reason if finding.allowance else "", "summary": finding.summary}


def as_check(audit: Callable[[], int], stdout: TextIO) -> int:
    """A monitoring system knows four exit codes: whatever keeps the audit from being made is the fourth."""
    found = contain(audit)
    if not isinstance(found, Exception):
        return found
    stdout.write(nagios.line(nagios.UNKNOWN, found.message if isinstance(found, PyguardError)
                             else f"internal error: {type(found).__name__}: {found}"))
    return nagios.UNKNOWN
