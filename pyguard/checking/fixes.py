"""Findings with a safe fix become changed text: `sudo` taken from an active environment's pip, idle comments."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ..model.late_pattern import late
from ..model.report import FileFinding
from .pragmas import PRAGMA

SUDO = late(r"\bsudo\s+(?:-[HEnSkb]+\s+)*(?=\S*(?:pip|python))")


def fix_text(text: str, findings: Iterable[FileFinding]) -> str:
    """The text with every safe fix of its findings made; the same text where there is none."""
    lines = text.split("\n")
    dropped: set[int] = set()
    for finding in findings:
        index = finding.location.line - 1
        if not finding.fix or not 0 <= index < len(lines):
            continue
        if finding.fix == "drop-sudo":
            start = max(finding.location.column - 1, 0)
            lines[index] = lines[index][:start] + SUDO.sub("", lines[index][start:], count=1)
        else:
            rest = PRAGMA.sub("", lines[index].rstrip()).rstrip()
            lines[index] = rest
            if not rest.strip():
                dropped.add(index)
    return "\n".join(line for index, line in enumerate(lines) if index not in dropped)


def show_difference(path: str, before: str, after: str) -> str:
    """A unified diff that `patch -p1` takes."""
    return "".join(_ended(difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{path}",
                                               f"b/{path}")))


def _ended(lines: Iterable[str]) -> Sequence[str]:
    return [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
