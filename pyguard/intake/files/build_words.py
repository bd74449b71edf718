"""`docker build` lines as words, with what the same file gives the variables in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ...model.late_pattern import late
from .looped_builds import plainly

COMMAND = late(r"\b(?:docker|podman|nerdctl|buildah)\s+(?:buildx\s+|image\s+)?(?:build|bud)\b"
               r"((?:\$\([^()\n]*\)|[^\n;&|)])*)")
ASSIGNED = late(r"^[ \t]*(?:(?:export|readonly|local)[ \t]+)?(\w+)(?:[ \t]*[:?]?:?=|:[ \t])[ \t]*"
                r"(?:(\"[^\"\n]*\"|'[^'\n]*'|[^\s#'\"]+)[ \t]*)?(?:#.*)?$", re.M)
USED = late(r"\$(?:\((\w+)\)|\{(\w+)(?::?-([^{}$]*))?\}|(\w+))")
OTHER = late(r"\$\([^()\n]*\)")
MAX_NESTED = 4
MAX_LINE = 4_000


def build_commands(text: str) -> Iterator[list[str]]:
    """What stands behind `docker build`, word by word. A variable that nobody knows stays, without blanks."""
    values: dict[str, str] | None = None
    for match in COMMAND.finditer(text.replace("\\\n", " ")):
        line = match.group(1)[:MAX_LINE]
        if "$" in line:
            values = assigned(text) if values is None else values
            line = told(line, values)
        try:
            yield shlex.split(line, comments=True)
        except ValueError:
            continue


def assigned(text: str) -> dict[str, str]:
    """The variables of a Makefile, a script or a pipeline that are given one value only."""
    found: dict[str, set[str]] = {}
    for name, value in ASSIGNED.findall(text):
        found.setdefault(name, set()).add(value.strip("\"'"))
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def told(line: str, values: dict[str, str]) -> str:
    """The line with the values that are known."""
    def value(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2) or match.group(4)
        return values.get(name) or match.group(3) or f"${name}"

    for _ in range(MAX_NESTED):
        before, line = line, USED.sub(value, line)
        if line == before or len(line) > MAX_LINE:
            break
    return OTHER.sub("$unknown", plainly(line))
