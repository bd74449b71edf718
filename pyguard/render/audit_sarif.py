"""An AuditReport becomes SARIF 2.1.0, by the way of the report that `check` makes."""

from __future__ import annotations

from .. import __version__
from ..model.audit import AuditReport
from ..model.report import CheckReport, Confidence, FileFinding, NotChecked
from ..model.request import Location
from ..model.verdict import Finding, Level
from ..policy.audited import AUDITED
from .sarif import render_sarif

NOWHERE = "etc/os-release"    # SARIF wants a file; what is about no file is about the whole system


def render_audit_sarif(report: AuditReport) -> str:
    """Paths are relative to the file system's root; allowed findings are left out."""
    findings = tuple(_as_file_finding(each) for each in report.findings if each.level is not Level.ALLOW)
    skipped = tuple(NotChecked(gap.subject, gap.reason) for gap in report.skipped)
    return "".join(render_sarif(CheckReport(findings, skipped, len(findings)), AUDITED, __version__))


def _as_file_finding(finding: Finding) -> FileFinding:
    place = finding.location
    if place is None:
        place = Location(finding.subject if finding.subject.startswith("/") else NOWHERE)
    place = Location(place.path.lstrip("/"), place.line)
    return FileFinding(finding.rule, finding.level, Confidence.CERTAIN, finding.summary, place, finding.evidence)
