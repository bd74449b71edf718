"""`# pyguard: ignore[rule, ...] reason` in a file: what it takes out of the findings, and which say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ..intake.files.dockerfile_text import read_instructions
from ..model.late_pattern import late
from ..model.report import Confidence, FileFinding
from ..model.request import Location
from ..model.verdict import Level

PRAGMA = late(r"(?:#|//|<!--|\.\.)\s*pyguard:\s*(ignore(?:-file|-stage)?)\[([\w\s,-]*)\]"
              r"\s*([^>\n]*?)\s*(?:-->)?$")
UNUSED = "unused-ignore"


class Pragma:
    """One comment. `first` to `last` is its reach; `used` are the rules that it kept quiet."""

    def __init__(self, rules: tuple[str, ...], line: int, first: int, last: int) -> None:
        self.rules = rules
        self.line = line
        self.first = first
        self.last = last
        self.used: set[str] = set()

    def covers(self, finding: FileFinding) -> bool:
        """Whether the finding is one that it asks not to be shown."""
        place = finding.location
        if finding.rule not in self.rules:
            return False
        return place.line <= self.last and max(place.end_line, place.line) >= self.first


def read_pragmas(text: str, is_dockerfile: bool) -> list[Pragma]:
    """All comments of that form, with what they reach."""
    if "pyguard:" not in text:
        return []
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        match = PRAGMA.search(line.rstrip())
        if match is None:
            continue
        rules = tuple(rule.strip() for rule in match.group(2).split(",") if rule.strip())
        alone = not line[:match.start()].strip()
        first, last = _reach(match.group(1), number, alone, lines, text if is_dockerfile else "")
        found.append(Pragma(rules, number, first, last))
    return found


def _reach(kind: str, number: int, alone: bool, lines: Sequence[str], dockerfile: str) -> tuple[int, int]:
    if kind == "ignore-file":
        return 1, len(lines)
    if kind == "ignore-stage":
        return _stage(number, len(lines), dockerfile)
    if not alone:
        return number, number
    following = number + 1
    while following <= len(lines) and (not lines[following - 1].strip()
                                       or lines[following - 1].lstrip().startswith(("#", "//"))):
        following += 1
    for each in read_instructions(dockerfile) if dockerfile else ():
        if each.line == following:
            return each.line, each.end_line
    return following, following


def _stage(number: int, end: int, dockerfile: str) -> tuple[int, int]:
    """From the comment, or the FROM after it, to the next FROM."""
    starts = [each.line for each in read_instructions(dockerfile) if each.keyword == "FROM"] if dockerfile else []
    first = max((start for start in starts if start <= number + 1), default=1)
    following = min((start for start in starts if start > max(first, number + 1)), default=end + 1)
    return first, following - 1


def apply_pragmas(findings: Sequence[FileFinding], pragmas: Sequence[Pragma],
                  path: str) -> tuple[list[FileFinding], int]:
    """What is left, with a finding for each rule that a comment names in vain; and how many were taken out."""
    kept: list[FileFinding] = []
    for finding in findings:
        covering = [pragma for pragma in pragmas if pragma.covers(finding)]
        for pragma in covering:
            pragma.used.add(finding.rule)
        if not covering:
            kept.append(finding)
    suppressed = len(findings) - len(kept)
    for pragma in pragmas:
        vain = [rule for rule in pragma.rules if rule not in pragma.used]
        if vain or not pragma.rules:
            named = ", ".join(vain) or "no rule at all"
            kept.append(FileFinding(UNUSED, Level.WARN, Confidence.POSSIBLE, f"nothing here is ignored by {named}",
                                    Location(path, pragma.line, pragma.line, 1), instead="take the comment out",
                                    fix="drop-comment" if len(vain) == len(pragma.rules) else ""))
    return kept, suppressed
