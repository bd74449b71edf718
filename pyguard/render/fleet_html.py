"""A FleetReport becomes one HTML page, complete in itself: tables that an inline script sorts and filters.

Its Content-Security-Policy lets that one style and that one script in and nothing else: whatever a host has sent, the
page fetches nothing and runs nothing of it. Without scripts it is read as it stands.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from ..model.fleet import FleetFinding, FleetHost, FleetReport, HostFinding, HostStatus
from ..model.verdict import Level
from .fleet_page import SCRIPT, STYLE
from .fleet_text import KIND_WORDS, fleet_headline, hosts_words
from .words import printable

LEVEL_WORDS = {Level.BLOCK: "damaged", Level.WARN: "warning", Level.ALLOW: "allowed"}
HOST_WORDS = {**LEVEL_WORDS, Level.ALLOW: "clean"}
NUMBERS = ("Damaged", "Warnings")
RANKED = (*NUMBERS, "Level", "Status", "Hosts")
STATUS_RANK = {HostStatus.AUDITED: 0, HostStatus.UNREACHABLE: 1, HostStatus.FAILED: 2}


def render_fleet_html(report: FleetReport) -> str:
    """Names, messages and summaries are escaped; characters that cannot be printed are shown as escapes."""
    policy = f"default-src 'none'; style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'; base-uri 'none'; " \
             "form-action 'none'"
    ids = {host.name: f"h{number}" for number, host in enumerate(report.hosts)}
    parts = ['<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
             f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
             '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
             f"<title>{_text(fleet_headline(report))}</title><style>{STYLE}</style></head><body>",
             f"<h1>System Python on {hosts_words(len(report.hosts))}</h1>",
             f'<p class="soft">{_made(report)}</p>', _tiles(report), _form(),
             *_findings(report, ids), *_hosts(report, ids), *_changes(report, ids),
             f"<script>{SCRIPT}</script></body></html>"]
    return "\n".join(parts) + "\n"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _made(report: FleetReport) -> str:
    before = f"; compared with {_text(report.previous)}" if report.previous else "; the first run"
    return f"pyguard, {_text(report.made)}{before}"


def _tiles(report: FleetReport) -> str:
    tiles = [(report.at_level(Level.BLOCK), "damaged", "block"), (report.at_level(Level.WARN), "with warnings", "warn"),
             (report.at_level(Level.ALLOW), "clean", "clean"),
             (report.count(HostStatus.FAILED), "failed", "failed"),
             (report.count(HostStatus.UNREACHABLE), "unreachable", "unreachable")]
    rows = "".join(f'<li><b{f" class={style}" if count else ""}>{count}</b>{word}</li>' for count, word, style in tiles)
    return f'<ul class="tiles">{rows}</ul>'


def _form() -> str:
    levels = "".join(f'<option value="{level.name.lower()}">{word}' for level, word in LEVEL_WORDS.items())
    statuses = "".join(f"<option>{status.value}" for status in HostStatus)
    return ('<form hidden><label>Filter <input id="words" type="search" placeholder="host, rule, package ..."></label>'
            f'<label>Level <select id="level"><option value="">any{levels}</select></label>'
            f'<label>Status <select id="status"><option value="">any{statuses}</select></label></form>')


def _table(name: str, title: str, heads: Sequence[str], rows: Sequence[str]) -> Iterator[str]:
    """Where a head's cells have a rank or a number, the greatest comes first."""
    yield f'<h2>{title} <small class="soft" id="{name}-shown">{len(rows)}</small></h2>'
    cells = "".join(f'<th{" class=n" if head in NUMBERS else ""}{" data-first=descending" if head in RANKED else ""}>'
                    f'<button type="button">{head}</button>' for head in heads)
    yield f'<table class="rows" id="{name}" data-shown="{name}-shown"><thead><tr>{cells}</thead><tbody>'
    yield from rows
    yield "</tbody></table>"


def _findings(report: FleetReport, ids: dict[str, str]) -> Iterator[str]:
    rows = [_finding_row(each, ids) for each in report.findings]
    return _table("findings", "Findings", ("Level", "Rule", "About", "Hosts"), rows)


def _finding_row(each: FleetFinding, ids: dict[str, str]) -> str:
    names = ", ".join(f'<a href="#{ids[name]}">{_text(name)}</a>' for name in each.hosts)
    listed = f"<details><summary>{hosts_words(len(each.hosts))}</summary>{names}</details>"
    about = f"<b>{_text(each.subject)}</b><br>{_text(each.summary)}" if each.subject else _text(each.summary)
    return (f'<tr data-level="{each.level.name.lower()}">{_level_cell(each.level, LEVEL_WORDS)}'
            f"<td class=w><code>{_text(each.rule)}</code><td>{about}"
            f'<td data-n="{len(each.hosts)}">{listed}')


def _level_cell(level: Level, words: dict[Level, str]) -> str:
    style = level.name.lower() if level is not Level.ALLOW else "clean"
    return f'<td class="w {style}" data-n="{int(level)}">{words[level]}'


def _hosts(report: FleetReport, ids: dict[str, str]) -> Iterator[str]:
    heads = ("Host", "Status", "Level", "Damaged", "Warnings", "System", "pyguard", "What was found")
    return _table("hosts", "Hosts", heads, [_host_row(host, ids[host.name]) for host in report.hosts])


def _host_row(host: FleetHost, identity: str) -> str:
    audited = host.status is HostStatus.AUDITED
    state = "clean" if audited else host.status.value
    level = _level_cell(host.level, HOST_WORDS) if host.seen else '<td data-n="-1" class=soft>not known'
    counts = "".join(f'<td class=n data-n="{host.count(each)}">{host.count(each) if host.seen else ""}'
                     for each in (Level.BLOCK, Level.WARN))
    shown = host.level.name.lower() if host.seen else ""
    return (f'<tr id="{identity}" data-level="{shown}" data-status="{host.status.value}"><td class=w>{_text(host.name)}'
            f'<td class="w {state}" data-n="{STATUS_RANK[host.status]}">{host.status.value}{level}{counts}'
            f"<td class=w>{_text(host.system)}<td class=w>{_text(host.version)}<td>{_found(host)}")


def _found(host: FleetHost) -> str:
    parts = [] if host.status is HostStatus.AUDITED else [f"<div>{_text(host.message) or 'no reason was given'}</div>"]
    if host.status is not HostStatus.AUDITED and host.seen:
        parts.append(f'<div class="soft">last audited {_text(host.seen)}:</div>')
    if host.findings:
        rows = "".join(_finding_item(finding) for finding in host.findings)
        parts.append(f"<details><summary>{len(host.findings)} in all</summary><ul>{rows}</ul></details>")
    if host.skipped:
        parts.append(f'<div class="soft">not looked at: {host.skipped}</div>')
    return "".join(parts)


def _finding_item(finding: HostFinding) -> str:
    style = finding.level.name.lower()
    notes = [f"stands on it: {_text(', '.join(finding.evidence))}"] if finding.evidence else []
    notes += [f"allowed until {_text(finding.allowed)}"] if finding.allowed else []
    return (f'<li><code class="{style}">{_text(finding.rule)}</code>: {_text(finding.summary)}'
            + "".join(f' <span class="soft">({note})</span>' for note in notes))


def _changes(report: FleetReport, ids: dict[str, str]) -> Iterator[str]:
    if not report.previous:
        yield '<h2>Changes</h2><p>There was no earlier run to compare with.</p>'
        return
    rows = [f'<tr><td class=w>{_link(change.host, ids)}<td class="w {change.kind.value}">{KIND_WORDS[change.kind]}'
            f"<td>{_text(change.what)}<td class=w>{_text(change.before)}<td class=w>{_text(change.after)}"
            for change in report.changes]
    title = f"What is different from {_text(report.previous)}"
    yield from _table("changes", title, ("Host", "Change", "What", "Before", "Now"), rows)


def _link(name: str, ids: dict[str, str]) -> str:
    return f'<a href="#{ids[name]}">{_text(name)}</a>' if name in ids else _text(name)


def _text(text: str) -> str:
    return escape(printable(text))
