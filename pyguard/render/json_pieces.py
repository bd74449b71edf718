"""JSON of a long list, piece by piece: a report of ten thousand findings is never in memory as one text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Any


def list_pieces(entries: Iterable[Any], margin: str = "") -> Iterator[str]:
    """What `json.dumps(list(entries), indent=2)` gives, in lines that begin with `margin` but for the first."""
    opening = "["
    for each in entries:
        yield f"{opening}\n" + indent(json.dumps(each, indent=2), margin + "  ")
        opening = ","
    yield "[]" if opening == "[" else f"\n{margin}]"


def with_list(data: Any, name: str, entries: Iterable[Any]) -> Iterator[str]:
    """`data` as indented JSON and a newline, with the entries in the place of its empty list called `name`."""
    before, mark, after = json.dumps(data, indent=2).partition(f'"{name}": []')
    yield before + mark[:-2]
    yield from list_pieces(entries, before.rpartition("\n")[2])
    yield after + "\n"
