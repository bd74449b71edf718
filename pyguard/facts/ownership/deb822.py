"""Text in dpkg's control format in, the wanted fields of each paragraph out (deb822(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Optional

from ...errors import CollectError
from ...model.facts import Bound

_BAD_LINE = re.compile(r"^(?![ \t\n]|[!-9;-~]+:)", re.MULTILINE)
_ALTERNATIVE = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9+.-]*)(?::[a-z0-9-]+)?(?:\s*\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s()]+)\s*\))?"
    r"(?:\s*\[[^\]]*\])?(?:\s*<[^>]*>)*")
_STRICTER = {"<": "<=", ">": ">="}


def read_paragraphs(text: str, fields: Sequence[str], where: str) -> Iterator[dict[str, str]]:
    """Each paragraph's values of `fields`, continuation lines joined.

    Raises CollectError for a text that breaks off in the middle of a line and for a line that is no field.
    """
    if text and not text.endswith("\n"):
        raise CollectError("package-database-truncated", f"{where} breaks off in the middle of a line", where)
    bad = _BAD_LINE.search(text)
    if bad and bad.start() < len(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise CollectError("package-database-damaged", f"{where}, line {line}, is no control field",
                           f"{where}:{line}")
    pattern = re.compile(rf"^({'|'.join(fields)}):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
    for paragraph in re.split(r"\n\n+", text):
        if paragraph.strip():
            yield dict(pattern.findall(paragraph))


def parse_dependencies(text: str, known: dict[str, Bound]) -> Optional[tuple[tuple[Bound, ...], ...]]:
    """Or-groups of a Depends field (policy 7.1); None when it is not understood.

    Architecture qualifiers are dropped: they choose among packages of one name. `known` remembers what
    was parsed before, since thousands of packages say the same few things.
    """
    groups = []
    for group in text.split(","):
        alternatives = []
        for alternative in group.split("|"):
            written = alternative.strip()
            bound = known.get(written) or _parse_alternative(written)
            if bound is None:
                if written or "|" in group:
                    return None
                continue
            known[written] = bound
            alternatives.append(bound)
        if alternatives:
            groups.append(tuple(alternatives))
    return tuple(groups)


def _parse_alternative(text: str) -> Optional[Bound]:
    match = _ALTERNATIVE.fullmatch(text)
    if match is None:
        return None
    relation = match[2] or ""
    return Bound(match[1], _STRICTER.get(relation, relation), match[3] or "")
