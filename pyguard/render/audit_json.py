"""An AuditReport becomes JSON, schema 1:
`{"schema", "pyguard", "root", "os", "interpreters", "accounts", "level", "counts", "findings", "skipped"}`.

`os` has `id`, `version_id`, `name`; an interpreter `path`, `version`, `kind`. A finding has `rule`, `level`
(`block`, `warn`, `allow`), `summary`, `subject` (what an allowance names), `evidence` (a list), `path` and `line`
(empty and 0 where it is about no line of a file), and `allowed` (null, or `reason` and `until`). `level` is the
strictest level, `counts` the number of findings a level, `skipped` what was not looked at, each with `subject` and
`reason`. Keys may be added under the same schema; none is taken away or changes its meaning.
"""

from __future__ import annotations

import json
from typing import Any

from .. import __version__
from ..model.audit import AuditReport
from ..model.verdict import Finding, Level


def render_audit_json(report: AuditReport) -> str:
    """One object, indented, ASCII, ending in a newline."""
    data = {
        "schema": report.schema,
        "pyguard": __version__,
        "root": report.root,
        "os": {"id": report.os.id, "version_id": report.os.version_id, "name": report.os.name},
        "interpreters": [{"path": each.path, "version": each.version, "kind": each.kind.value}
                         for each in report.interpreters],
        "accounts": list(report.accounts),
        "level": report.level.name.lower(),
        "counts": {level.name.lower(): report.count(level) for level in reversed(Level)},
        "findings": [_finding(finding) for finding in report.findings],
        "skipped": [{"subject": gap.subject, "reason": gap.reason} for gap in report.skipped],
    }
    return json.dumps(data, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.location
    covered = finding.allowance
    return {
        "rule": finding.rule, "level": finding.level.name.lower(), "summary": finding.summary,
        "subject": finding.subject, "evidence": list(finding.evidence),
        "path": place.path if place else "", "line": place.line if place else 0,
        "allowed": {"reason": covered.reason, "until": covered.until} if covered else None,
    }
