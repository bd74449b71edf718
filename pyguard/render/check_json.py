"""A CheckReport becomes JSON, schema 1: `{"schema", "findings": [...], "not_checked": [...], "files", "ignored"}`.

A finding has `path`, `line`, `end_line`, `column` (from 1), `rule`, `level` (`warn`, `block`), `confidence`
(`certain`, `likely`, `possible`), `message`, `evidence` (a list of sentences), `command` (a list of words) and
`instead`. Keys may be added under the same schema; none is taken away or changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model.report import CheckReport, FileFinding
from .json_pieces import with_list

SCHEMA = 1


def render_check_json(report: CheckReport) -> Iterator[str]:
    """One object, indented, ASCII, ending in a newline, in pieces. All findings are in it, `possible` ones too."""
    data = {
        "schema": SCHEMA,
        "findings": [],
        "not_checked": [{"path": each.path, "reason": each.reason} for each in report.not_checked],
        "files": report.files,
        "ignored": report.suppressed,
    }
    return with_list(data, "findings", map(finding_data, report.findings))


def finding_data(finding: FileFinding) -> dict[str, Any]:
    """One finding as plain data."""
    place = finding.location
    return {
        "path": place.path, "line": place.line, "end_line": max(place.end_line, place.line),
        "column": max(place.column, 1), "rule": finding.rule, "level": finding.level.name.lower(),
        "confidence": finding.confidence.name.lower(), "message": finding.message,
        "evidence": list(finding.evidence), "command": list(finding.command), "instead": finding.instead,
    }
