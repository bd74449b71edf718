"""A CheckReport becomes SARIF 2.1.0 (OASIS), for code scanning: one run, rules with their documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from ..model.report import CheckReport, Confidence, FileFinding
from ..model.verdict import Level
from ..policy.rule import Rule
from .json_pieces import with_list

SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Level.BLOCK: "error", Level.WARN: "warning", Level.ALLOW: "note"}


def render_sarif(report: CheckReport, rules: Sequence[Rule], version: str) -> Iterator[str]:
    """`possible` findings are notes, whatever their level; what was not checked is a notification."""
    used = sorted({finding.rule for finding in report.findings})
    documented = {rule.ID: rule for rule in rules}
    driver = {"name": "pyguard", "version": version,
              "rules": [_rule(name, documented.get(name)) for name in used]}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [],
        "invocations": [{
            "executionSuccessful": True,
            "toolExecutionNotifications": [_notification(each.path, each.reason) for each in report.not_checked],
        }],
    }
    return with_list({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}, "results",
                     (_result(finding, used.index(finding.rule)) for finding in report.findings))


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    document = (rule.__doc__ or "").strip() if rule is not None else name
    first, _, rest = document.partition("\n")
    return {"id": name, "shortDescription": {"text": first}, "fullDescription": {"text": first},
            "help": {"text": rest.strip() or first, "markdown": document},
            "defaultConfiguration": {"level": LEVELS[rule.LEVEL] if rule is not None else "warning"}}


def _result(finding: FileFinding, index: int) -> dict[str, Any]:
    level = "note" if finding.confidence is Confidence.POSSIBLE else LEVELS[finding.level]
    text = finding.message + (f" (because: {'; '.join(finding.evidence)})" if finding.evidence else "")
    return {"ruleId": finding.rule, "ruleIndex": index, "level": level, "message": {"text": text},
            "locations": [{"physicalLocation": _place(finding)}],
            "properties": {"confidence": finding.confidence.name.lower(), "instead": finding.instead}}


def _place(finding: FileFinding) -> dict[str, Any]:
    place = finding.location
    region: dict[str, Any] = {"startLine": max(place.line, 1), "startColumn": max(place.column, 1),
                              "endLine": max(place.end_line, place.line, 1)}
    if finding.source:
        region["snippet"] = {"text": finding.source}
    return {"artifactLocation": _uri(place.path), "region": region}


def _uri(path: str) -> dict[str, Any]:
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": "%SRCROOT%"}


def _notification(path: str, reason: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": f"not checked: {reason}"},
            "locations": [{"physicalLocation": {"artifactLocation": _uri(path)}}]}
