"""A FleetReport becomes JSON, schema 1:
`{"schema", "pyguard", "made", "previous", "counts", "hosts", "findings", "changes"}`.

`made` and `previous` are UTC, `previous` null for a first run. `counts` has the hosts by status, and the audited ones
by their strictest level (`block`, `warn`, `allow`). A host has `name`, `status` (`audited`, `failed`, `unreachable`),
`message`, `system`, `version` (pyguard's), `level`, `seen` (when its findings were found: in an earlier run where it is
not audited now), `skipped` (how many things its audit did not look at) and `findings` as in the audit's own report; a
finding over hosts `rule`, `subject`, `level`, `summary`, `hosts`; a change `host`, `kind` (`found`, `gone`, `level`,
`status`, `appeared`, `disappeared`), `what`, `before`, `after`. Keys may be added under the same schema; none is taken
away.
"""

from __future__ import annotations

import json
from typing import Any

from .. import __version__
from ..model.fleet import FleetHost, FleetReport, HostFinding, HostStatus
from ..model.verdict import Level


def render_fleet_json(report: FleetReport) -> str:
    """One object, indented by one, ASCII, ending in a newline."""
    data = {
        "schema": report.schema,
        "pyguard": __version__,
        "made": report.made,
        "previous": report.previous or None,
        "counts": {"hosts": len(report.hosts), **{status.value: report.count(status) for status in HostStatus},
                   **{level.name.lower(): report.at_level(level) for level in reversed(Level)}},
        "hosts": [_host(host) for host in report.hosts],
        "findings": [{"rule": each.rule, "subject": each.subject, "level": each.level.name.lower(),
                      "summary": each.summary, "hosts": list(each.hosts)} for each in report.findings],
        "changes": [{"host": each.host, "kind": each.kind.value, "what": each.what, "before": each.before,
                     "after": each.after} for each in report.changes],
    }
    return json.dumps(data, indent=1) + "\n"


def _host(host: FleetHost) -> dict[str, Any]:
    return {"name": host.name, "status": host.status.value, "message": host.message, "system": host.system,
            "version": host.version, "level": host.level.name.lower(), "seen": host.seen, "skipped": host.skipped,
            "findings": [_finding(finding) for finding in host.findings]}


def _finding(finding: HostFinding) -> dict[str, Any]:
    return {"rule": finding.rule, "level": finding.level.name.lower(), "summary": finding.summary,
            "subject": finding.subject, "evidence": list(finding.evidence), "allowed": finding.allowed or None}
