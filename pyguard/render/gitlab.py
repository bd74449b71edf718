"""A CheckReport becomes GitLab's code quality report: a JSON list with stable fingerprints."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..model.report import CheckReport, Confidence, FileFinding
from ..model.verdict import Level
from .json_pieces import list_pieces


def render_gitlab(report: CheckReport, shown: Confidence) -> Iterator[str]:
    """An entry a finding; what was not checked is an entry of severity `info`."""
    yield from list_pieces(_entries(report, shown))
    yield "\n"


def _entries(report: CheckReport, shown: Confidence) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    yield from (_entry(finding, seen) for finding in report.findings if finding.confidence >= shown)
    for skipped in report.not_checked:
        yield {"description": f"not checked: {skipped.reason}", "check_name": "not-checked",
               "fingerprint": _digest(skipped.path, "not-checked", skipped.reason, seen), "severity": "info",
               "location": {"path": skipped.path, "lines": {"begin": 1}}}


def _entry(finding: FileFinding, seen: Counter[str]) -> dict[str, Any]:
    place = finding.location
    return {"description": finding.message, "check_name": finding.rule,
            "fingerprint": _digest(place.path, finding.rule, " ".join(finding.command), seen),
            "severity": "major" if finding.level is Level.BLOCK else "minor",
            "location": {"path": place.path, "lines": {"begin": place.line,
                                                       "end": max(place.end_line, place.line)}}}


def _digest(path: str, rule: str, text: str, seen: Counter[str]) -> str:
    """No line number in it: the finding is the same after lines were added above. Repeats are numbered."""
    base = "\0".join((path, rule, text))
    seen[base] += 1
    return hashlib.sha256(f"{base}\0{seen[base]}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
