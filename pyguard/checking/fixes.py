"""Findings with a safe fix become changed text: `sudo` taken from an active environment's pip, idle comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.late_pattern import late
from ..model.report import FileFinding
from .pragmas import PRAGMA

SUDO = late(r"sudo\s+(?:-[HEnSk]+\s+)*(?=[^\s=]*(?:pip|python))")
MARK = "\ufeff"      # of UTF-8; columns count without it


def can_fix(line: str, finding: FileFinding) -> bool:
    """Whether what the fix takes away stands in the line where the finding says: nothing else is ever touched."""
    if finding.fix == "drop-sudo":
        return finding.location.column > 0 and SUDO.match(line, finding.location.column - 1) is not None
    return finding.fix == "drop-comment" and PRAGMA.match(line.strip()) is not None


def fix_text(text: str, findings: Iterable[FileFinding]) -> str:
    """The text with every safe fix of its findings made; the same text where there is none."""
    if text.startswith(MARK):
        return MARK + fix_text(text[len(MARK):], findings)
    lines = text.split("\n")
    dropped: set[int] = set()
    places = {(each.location.line - 1, each.location.column - 1): each for each in findings
              if each.fix and 0 < each.location.line <= len(lines)}
    for (index, start), finding in sorted(places.items(), reverse=True):    # from the right: columns stay what they are
        if not can_fix(lines[index], finding):
            continue
        if finding.fix == "drop-sudo":
            lines[index] = lines[index][:start] + SUDO.sub("", lines[index][start:], count=1)
        else:
            dropped.add(index)
    return "\n".join(line for index, line in enumerate(lines) if index not in dropped)


def show_difference(path: str, before: str, after: str) -> str:
    """A unified diff that `patch -p1` takes: lines end where they end for it, at a newline and nowhere else."""
    import difflib  # only --diff needs it

    return "".join(_ended(difflib.unified_diff(_lines(before), _lines(after), _name(f"a/{path}"), _name(f"b/{path}"))))


def _name(path: str) -> str:
    """A file's name as git writes it: one with a blank ends at a tab, one with what steers a terminal is quoted."""
    if path.isprintable() and not {'"', "\\"} & set(path):
        return path + "\t" if " " in path else path
    return '"' + "".join(each if each.isprintable() and each not in '"\\' else "".join(
        f"\\{byte:03o}" for byte in each.encode("utf-8", "surrogateescape")) for each in path) + '"'


def _lines(text: str) -> list[str]:
    *whole, rest = text.split("\n")
    return [*(line + "\n" for line in whole), *([rest] if rest else [])]


def _ended(lines: Iterable[str]) -> Sequence[str]:
    return [line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines]
