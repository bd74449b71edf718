"""`# pyguard: ignore[rule, ...] reason` in a file: what it takes out of the findings, and which say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.late_pattern import late
from ..model.report import Confidence, FileFinding
from ..model.request import Location
from ..model.verdict import Level
from .pragma_reach import quoted_lines, reach_in_stage, reach_of_line

PRAGMA = late(r"(?:#|//|<!--|\.\.)\s*pyguard:\s*(ignore(?:-file|-stage)?)\[([\w\s,-]*)\]"
              r"\s*([^>\n]*?)\s*(?:-->)?$")
UNUSED = "unused-ignore"
NOWHERE = (0, -1)


class Pragma:
    """One comment. `first` to `last` is its reach; `used` are the rules that it kept quiet.

    `removable` says that nothing but the comment goes with its line; `misplaced` why it can reach nothing here.
    """

    def __init__(self, rules: tuple[str, ...], line: int, reach: tuple[int, int], removable: bool,
                 misplaced: str = "") -> None:
        self.rules = rules
        self.line = line
        self.first, self.last = reach
        self.removable = removable
        self.misplaced = misplaced
        self.used: set[str] = set()

    def covers(self, finding: FileFinding) -> bool:
        """Whether the finding is one that it asks not to be shown."""
        place = finding.location
        if finding.rule not in self.rules:
            return False
        return place.line <= self.last and max(place.end_line, place.line) >= self.first

    @property
    def idle(self) -> list[str]:
        """The rules that it names in vain."""
        return [rule for rule in self.rules if rule not in self.used]


def read_pragmas(text: str, kind: str) -> list[Pragma]:
    """All comments of that form in a file of that kind, with what they reach."""
    if "pyguard:" not in text:
        return []
    lines = text.split("\n")
    quoted = quoted_lines(lines, kind)
    found = []
    for number, line in enumerate(lines, 1):
        match = PRAGMA.search(line.rstrip())
        if match is None:
            continue
        rules = tuple(rule.strip() for rule in match.group(2).split(",") if rule.strip())
        before = line[:match.start()]
        alone = not before.strip()
        misplaced = ""
        if match.group(1) == "ignore-file":
            reach = 1, len(lines)
        elif match.group(1) == "ignore":
            reach = reach_of_line(number, alone, before, lines, kind)
        elif kind == "dockerfile":
            reach = reach_in_stage(number, lines)
        else:
            reach, misplaced = NOWHERE, "only a Dockerfile has stages: ignore-stage does nothing here"
        removable = alone and number not in quoted and not (number > 1 and lines[number - 2].rstrip().endswith("\\"))
        found.append(Pragma(rules, number, reach, removable, misplaced))
    return found


def apply_pragmas(findings: Sequence[FileFinding],
                  pragmas: Sequence[Pragma]) -> tuple[list[FileFinding], list[FileFinding]]:
    """What is left, and what was taken out; the comments know afterwards what they were used for."""
    kept: list[FileFinding] = []
    hidden: list[FileFinding] = []
    for finding in findings:
        covering = [pragma for pragma in pragmas if pragma.covers(finding)]
        for pragma in covering:
            pragma.used.add(finding.rule)
        (hidden if covering else kept).append(finding)
    return kept, hidden


def idle_pragmas(pragmas: Sequence[Pragma], path: str, level: Level) -> list[FileFinding]:
    """A finding for each comment that names a rule in vain, or no rule."""
    found = []
    for pragma in pragmas:
        idle = pragma.idle
        if pragma.misplaced or not (idle or not pragma.rules):
            continue
        named = ", ".join(idle) or "no rule at all"
        removable = pragma.removable and len(idle) == len(pragma.rules)
        found.append(FileFinding(UNUSED, level, Confidence.POSSIBLE, f"nothing here is ignored by {named}",
                                 Location(path, pragma.line, pragma.line, 1), instead="take the comment out",
                                 fix="drop-comment" if removable else ""))
    return found


def misplaced_pragmas(pragmas: Sequence[Pragma], path: str, level: Level) -> list[FileFinding]:
    """A finding for each comment that could not do anything in a file of this kind."""
    return [FileFinding(UNUSED, level, Confidence.CERTAIN, pragma.misplaced,
                        Location(path, pragma.line, pragma.line, 1),
                        instead="ignore[...] before the line, or ignore-file[...]")
            for pragma in pragmas if pragma.misplaced]
