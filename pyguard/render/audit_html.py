"""An AuditReport becomes one HTML page, complete in itself: no script, nothing fetched."""

from __future__ import annotations

from html import escape

from ..model.audit import AuditReport
from ..model.verdict import Finding, Level
from .audit_text import TITLES, headline, summary
from .words import printable

STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}code{font-family:ui-monospace,monospace}
article{border-left:.3rem solid #999;padding:.2rem 1rem;margin:.8rem 0}
.block{border-color:#b3261e}.warn{border-color:#b58900}.small{color:#555;font-size:.9rem;margin:.2rem 0}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}.small{color:#aaa}}"""


def render_audit_html(report: AuditReport) -> str:
    """Readable without colours; everything that came from the machine is escaped."""
    parts = ["<!doctype html>", '<html lang="en"><head><meta charset="utf-8">',
             '<meta name="viewport" content="width=device-width">', f"<title>{_text(headline(report))}</title>",
             f"<style>{STYLE}</style></head><body>", f"<h1>{_text(headline(report))}</h1>",
             f"<p>{_text(summary(report))}</p>"]
    for level, title, _ in TITLES:
        found = [finding for finding in report.findings if finding.level is level]
        if found:
            parts += [f"<h2>{_text(title)} ({len(found)})</h2>", *(_article(finding) for finding in found)]
    if report.skipped:
        parts += ["<h2>Not looked at</h2><ul>", *(f"<li>{_text(gap.subject)}: {_text(gap.reason)}</li>"
                                                  for gap in report.skipped), "</ul>"]
    return "\n".join([*parts, "</body></html>"]) + "\n"


def _article(finding: Finding) -> str:
    css = "block" if finding.level is Level.BLOCK else "warn" if finding.level is Level.WARN else "allow"
    lines = [f'<article class="{css}"><strong><code>{_text(finding.rule)}</code></strong>',
             f"<div>{_text(finding.summary)}</div>"]
    if finding.location and finding.location.line:
        lines.append(f'<p class="small"><code>{_text(finding.location.path)}:{finding.location.line}</code></p>')
    if finding.evidence:
        lines.append(f'<p class="small">stands on it: {_text(", ".join(finding.evidence))}</p>')
    if finding.allowance:
        lines.append(f'<p class="small">allowed until {_text(finding.allowance.until)}: '
                     f"{_text(finding.allowance.reason)}</p>")
    return "".join([*lines, "</article>"])


def _text(text: str) -> str:
    return escape(printable(text))
