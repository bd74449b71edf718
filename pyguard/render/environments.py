"""A StorageReport as text for people, and as data for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from ..model.storage import EntryState, StorageReport, StoredCache, StoredEnvironment
from .sizes import bar, shown_size
from .words import abbreviate, listing, printable

SCHEMA = 1
BAR = 12
MOST = 3
SHOWN_UNREAD = 5


def render_json(report: StorageReport) -> str:
    """Schema 1: sizes in bytes, times in ISO 8601 (UTC); keys are only ever added."""
    data = {"schema": SCHEMA, "size": report.size,
            "environments": [_plain(each) for each in report.environments],
            "caches": [_plain(each) for each in report.caches],
            "artefacts": [_plain(each) for each in report.artefacts],
            "unread": [_plain(each) for each in report.unread]}
    return json.dumps(data, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """Dataclasses as dictionaries with every field, enums by value."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def render_text(report: StorageReport, home: str, bars: bool) -> str:
    """One row an environment, what removing it alone would free first."""
    lines = list(_lines(report, home, bars))
    return "".join(printable(line).rstrip() + "\n" for line in lines)


def _lines(report: StorageReport, home: str, bars: bool) -> Iterator[str]:
    most = max([*(each.freed for each in report.environments), *(each.freed for each in report.caches)], default=0)
    if report.environments:
        yield _row("freed", "size", " " * BAR if bars else "", "kind", "python", "used", "prefix")
    else:
        yield "no environments were found (--search DIR looks in a directory of yours, too)"
    for each in report.environments:
        yield _row(shown_size(each.freed), shown_size(each.size), bar(each.freed, most, BAR) if bars else "",
                   each.kind.value, each.python or "-", each.last_used[:10] or "-", abbreviate(each.prefix, home))
        yield from (f"{'':>24}{note}" for note in _notes(each, home))
    for cache in report.caches:
        yield from _cache_lines(cache, most, home, bars)
    for artefact in report.artefacts:
        yield f"{shown_size(artefact.size):>10}  {'':>10}  build  {abbreviate(artefact.path, home)}: {artefact.because}"
    yield from _summary(report, home)


def _row(freed: str, size: str, shown: str, kind: str, *rest: str) -> str:
    python, used, prefix = rest
    columns = [f"{freed:>10}", f"{size:>10}", *([shown] if shown else []), f"{kind:<10}", f"{python:<8}", f"{used:<10}"]
    return "  ".join([*columns, prefix])


def _cache_lines(cache: StoredCache, most: int, home: str, bars: bool) -> Iterator[str]:
    yield _row(shown_size(cache.freed), shown_size(cache.size), bar(cache.freed, most, BAR) if bars else "",
               "cache", cache.kind.value, "", abbreviate(cache.path, home))
    for state in EntryState:
        entries = [entry for entry in cache.entries if entry.state is state]
        if entries and state is not EntryState.OTHER:
            freed = sum(entry.freed for entry in entries)
            because = f": {entries[0].because}" if entries[0].because else ""
            yield f"{'':>24}{len(entries)} {state.value}, {shown_size(freed)} freed one by one{because}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _summary(report: StorageReport, home: str) -> Iterator[str]:
    parts = [_count(len(report.environments), "environment"), _count(len(report.caches), "cache")]
    parts = [part for part in parts if part]
    if parts:
        yield f"{' and '.join(parts)} take {shown_size(report.size)}, every file counted once"
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
