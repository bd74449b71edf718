"""`for d in */; do docker build -t acme/$d $d; done`: one line builds an image for each Dockerfile that it fits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from ...model.late_pattern import late

VARIABLE = late(r"\$(\d|[A-Za-z_]\w*|[@*<])")
# However a variable is written, or the last part of the path that it holds
BASENAME = late(r"\$\(\s*basename\s+(?:--\s+)?\"?\$\{?(\w+)[^\s()\"]*\"?\s*\)")
BRACED = late(r"\$\{(\w+)(?:[%#:][^{}]*)?\}|\$\((\w+)\)|\$\{\{\s*(?:[\w.-]+\.)?(\w+)\s*\}\}|\$(?=\$\w)")
MAX_FITTING = 300


def plainly(text: str) -> str:
    """The text with `${d%/}`, `$(basename "$d")`, Make's `$(d)` and `$$d`, and `${{ matrix.d }}` as `$d`."""
    if "$" not in text:
        return text
    text = BASENAME.sub(r"$\1", text)
    return BRACED.sub(lambda match: "$" + match.group(match.lastindex) if match.lastindex else "", text)


def fitting(place: str, names: Sequence[str], dockerfiles: Sequence[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The Dockerfiles that a path with a variable in it stands for: each with the variable's value, and the names
    that the images get by it."""
    said = {variable for name in names for variable in VARIABLE.findall(name)}
    variable = next((each for each in reversed(VARIABLE.findall(place)) if each in said), "")
    pattern = _pattern(place, variable) if variable else None
    if pattern is None:
        return
    for path in dockerfiles[:MAX_FITTING]:
        match = pattern.fullmatch(path)
        if match:
            values = dict.fromkeys((match.group(1), os.path.basename(match.group(1))))
            given = [with_value(name, value, variable) for name in names for value in values]
            yield path, match.group(1), tuple(name for name in given if name)


def _pattern(place: str, variable: str) -> re.Pattern[str] | None:
    """Another variable in front is some directory."""
    pieces = VARIABLE.split(place)    # text, variable, text, ...
    first = pieces.index(variable, 1)
    before = re.escape(pieces[first - 1]) if first == 1 else r"(?:.*)" + re.escape(pieces[first - 1])
    after = [re.escape(piece) if index % 2 == 0 else r"\1" if piece == variable else r"[^/]*"
             for index, piece in enumerate(pieces[first + 1:])]
    return re.compile(before + "(.+?)" + "".join(after)) if len(pieces) < 12 else None


def with_value(text: str, value: str, variable: str = "") -> str:
    """The text with that variable filled in, or with every one."""
    return VARIABLE.sub(lambda match: value if variable in ("", match.group(1)) else match.group(), text)
