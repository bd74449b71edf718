"""An AuditReport becomes metrics in Prometheus' text format, for node exporter's textfile collector.

Names, labels and what they mean are stable. Every rule of an audit has its three series, at 0 where nothing is found,
so that an alert never waits for a series to appear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .. import __version__
from ..model.audit import AuditReport
from ..model.verdict import Level

INCOMPLETE = "facts-incomplete"


def render_prometheus(report: AuditReport, rules: Sequence[str], ended: float, seconds: float) -> str:
    """`rules`: every rule that was asked; `ended`: seconds since 1970; `seconds`: how long it took."""
    return "".join(f"{line}\n" for line in _lines(report, rules, ended, seconds))


def is_complete(report: AuditReport) -> bool:
    """False when anything was not looked at, whether it could not be or was left out on request."""
    return not report.skipped and all(finding.rule != INCOMPLETE for finding in report.findings)


def _lines(report: AuditReport, rules: Sequence[str], ended: float, seconds: float) -> Iterator[str]:
    found = Counter((finding.rule, finding.level) for finding in report.findings)
    yield from _head("pyguard_audit_findings", "Findings of the last audit; allow: the policy covers them.")
    for rule in dict.fromkeys((*sorted(rules), *sorted(rule for rule, _ in found))):
        for level in reversed(Level):
            labels = f'rule="{_escape(rule)}",level="{level.name.lower()}"'
            yield f"pyguard_audit_findings{{{labels}}} {found[rule, level]}"
    for name, meaning, value in (
        ("level", "The strictest level of the last audit: 0 nothing, 1 to look at, 2 damaged.", str(int(report.level))),
        ("complete", "1 when the last audit could look at everything, 0 when something was left out.",
         str(int(is_complete(report)))),
        ("last_run_timestamp_seconds", "When the last audit ended, in seconds since 1970.", f"{ended:.3f}"),
        ("duration_seconds", "How long the last audit took.", f"{seconds:.3f}"),
    ):
        yield from _head(f"pyguard_audit_{name}", meaning)
        yield f"pyguard_audit_{name} {value}"
    yield from _head("pyguard_build_info", "The pyguard that wrote this; always 1.")
    yield f'pyguard_build_info{{version="{_escape(__version__)}"}} 1'


def _head(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"


def _escape(text: str) -> str:
    """As the exposition format wants it in a label's value."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
