"""Canned recipes of a Makefile: `define NAME … endef`, which a recipe calls with `$(call NAME,…)`."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from ...model.late_pattern import late

DEFINE = late(r"[ ]*(?:override\s+)?define\s+([\w.-]+)\s*(?:[:?+]*=)?\s*$")
ENDEF = late(r"[ ]*endef\b")
RULE = late(r"[\w$(){}./%,-]+(?:[ \t]+[\w$(){}./%,-]+)*[ \t]*::?(?:[ \t]|$)")    # a template of rules, for `$(eval …)`
CALL = late(r"[ \t]*[@+-]*[ \t]*\$(?:\(call\s+([\w.-]+)\s*((?:,[^\n]*)?)\)|\{call\s+([\w.-]+)\s*((?:,[^\n]*)?)\}|"
            r"[({]([\w.-]+)[)}])[ \t]*$")
PARAMETER = late(r"(?<!\$)\$(?:[({]([1-9])[)}]|([1-9]))")
MAX_CALLED = 100    # of one file


class Macro(NamedTuple):
    """Its lines from index `first` to before `end`."""

    first: int
    end: int


class Call(NamedTuple):
    """The macro that a recipe's line is, with the file's lines as they are with its arguments in their places."""

    macro: Macro
    lines: list[str]


class Macros:
    """Those of one file that are commands, by name."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.named = _read(lines) if any("define" in line for line in lines) else {}
        self.skipped = _called(lines, self.named)
        self._calls = 0

    def called_by(self, line: str) -> Optional[Call]:
        """What the line calls, if it is a call and nothing else."""
        match = CALL.match(line) if self.named and "$" in line else None
        if match is None:
            return None
        macro = self.named.get(match.group(1) or match.group(3) or match.group(5))
        if macro is None or self._calls >= MAX_CALLED:
            return None
        self._calls += 1
        given = (match.group(2) or match.group(4) or "")[1:].split(",")
        return Call(macro, [*self.lines[:macro.first], *(
            fill(line, given) for line in self.lines[macro.first:macro.end]), *self.lines[macro.end:]])


def fill(text: str, given: list[str]) -> str:
    """`$(1)` becomes the first argument; one that is not given is empty."""
    def replace(match: re.Match[str]) -> str:
        number = int(match.group(1) or match.group(2))
        return given[number - 1].strip() if number <= len(given) else ""

    return PARAMETER.sub(replace, text)


def _read(lines: list[str]) -> dict[str, Macro]:
    found: dict[str, Macro] = {}
    index = 0
    while index < len(lines):
        match = DEFINE.match(lines[index])
        index += 1
        if match is None:
            continue
        end = next((each for each in range(index, len(lines)) if ENDEF.match(lines[each])), len(lines))
        if end < len(lines) and not any(RULE.match(line) for line in lines[index:end]):
            found[match.group(1)] = Macro(index, end)
        index = end
    return found


def _called(lines: list[str], named: dict[str, Macro]) -> dict[int, int]:
    """Where those begin and end that a recipe's line calls: their lines are read there, and not where they stand."""
    found: dict[int, int] = {}
    for line in lines if named else ():
        match = CALL.match(line) if line.startswith("\t") else None
        macro = named.get(match.group(1) or match.group(3) or match.group(5)) if match else None
        if macro is not None:
            found[macro.first] = macro.end
    return found
