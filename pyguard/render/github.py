"""A CheckReport becomes GitHub workflow commands: annotations beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.report import CheckReport, Confidence
from ..model.verdict import Level
from .words import printable


def render_github(report: CheckReport, shown: Confidence) -> Iterator[str]:
    """A line a finding; data and properties escaped as the runner's toolkit does, and as a terminal needs it."""
    for finding in report.findings:
        if finding.confidence < shown:
            continue
        place = finding.location
        kind = "error" if finding.level is Level.BLOCK else "warning"
        properties = (f"file={_property(place.path)},line={place.line},endLine={max(place.end_line, place.line)},"
                      f"col={max(place.column, 1)},title={_property('pyguard: ' + finding.rule)}")
        text = finding.message + (f"\nbecause: {'; '.join(finding.evidence)}" if finding.evidence else "")
        text += f"\ninstead: {finding.instead}" if finding.instead else ""
        yield f"::{kind} {properties}::{_data(text)}\n"
    for skipped in report.not_checked:
        yield f"::notice file={_property(skipped.path)},title=pyguard::not checked: {_data(skipped.reason)}\n"


def _data(text: str) -> str:
    return "%0A".join(map(printable, text.replace("%", "%25").split("\n")))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
