"""Normalized names of distributions in, what other package managers call them out; a name that is not known has none.

The tables are text, sorted, a name a line: `torch pytorch`, or `numpy` alone where the name is the same. Reading one
and finding a few names takes a tenth of a millisecond. tests/tools/record_package_names.py says where they come from.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data")
CONDA = "conda_names.txt"
DEBIAN = "debian_names.txt"
PREFIXES = {CONDA: "", DEBIAN: "python3-"}


def look_up(table: str, names: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and what it is called there, in the order of the names."""
    if not names:
        return ()
    with open(os.path.join(DATA, table), "rb") as file:
        text = b"\n" + file.read()
    return tuple(_find(text, sorted(names), PREFIXES[table]))


def _find(text: bytes, names: Collection[str], prefix: str) -> Iterator[tuple[str, str]]:
    for name in names:
        line = b"\n" + name.encode("ascii", "ignore")
        if text.find(line + b"\n") >= 0:
            yield name, prefix + name
            continue
        start = text.find(line + b" ")
        if start >= 0:
            start += len(line) + 1
            yield name, text[start:text.index(b"\n", start)].decode("ascii")
