"""A StorageReport as text for people, and as data for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from ..model.storage import StorageReport, StoredEnvironment
from .sizes import bar, shown_size
from .words import abbreviate, listing, printable

SCHEMA = 1
BAR = 12
MOST = 3
SHOWN_UNREAD = 5


def render_json(report: StorageReport) -> str:
    """Schema 1: sizes in bytes, times in ISO 8601 (UTC); keys are only ever added."""
    environments = [{**asdict(each), "kind": each.kind.value} for each in report.environments]
    data = {"schema": SCHEMA, "size": report.size, "environments": environments,
            "unread": [asdict(each) for each in report.unread]}
    return json.dumps(data, indent=2) + "\n"


def render_text(report: StorageReport, home: str, bars: bool) -> str:
    """One row an environment, what removing it alone would free first."""
    lines = list(_lines(report, home, bars))
    return "".join(printable(line).rstrip() + "\n" for line in lines)


def _lines(report: StorageReport, home: str, bars: bool) -> Iterator[str]:
    if not report.environments:
        yield "no environments were found (--search DIR looks in a directory of yours, too)"
    else:
        yield f"{'freed':>10}  {'size':>10}  {' ' * (BAR + 2) if bars else ''}{'kind':<10}  {'python':<8}  {'used':<10}  prefix"
    most = max((each.freed for each in report.environments), default=0)
    for each in report.environments:
        shown = f"{bar(each.freed, most, BAR)}  " if bars else ""
        yield (f"{shown_size(each.freed):>10}  {shown_size(each.size):>10}  {shown}{each.kind.value:<10}  "
               f"{each.python or '-':<8}  {each.last_used[:10] or '-':<10}  {abbreviate(each.prefix, home)}")
        yield from (f"{'':>24}{note}" for note in _notes(each, home))
    if report.environments:
        yield (f"{len(report.environments)} environments take {shown_size(report.size)}, "
               "every file counted once")
    for unread in report.unread[:SHOWN_UNREAD]:
        yield f"not counted: {abbreviate(unread.path, home)}: {unread.reason}"
    if len(report.unread) > SHOWN_UNREAD:
        yield f"not counted: {len(report.unread) - SHOWN_UNREAD} more (--json has all)"


def _notes(each: StoredEnvironment, home: str) -> Iterator[str]:
    if each.active:
        yield "active in this shell"
    if each.frozen:
        yield "frozen: its owner wants it left as it is"
    kinds: dict[str, list[str]] = {}
    for reference in each.references:
        kinds.setdefault(reference.kind, []).append(abbreviate(reference.where, home))
    for kind, places in kinds.items():
        yield f"{kind}: {listing(places, MOST)}"
    for defect in each.defects:
        yield f"{defect.id}: {defect.text}"
