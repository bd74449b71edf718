"""Conditions of a Makefile that ask for the system: which one has the lines between, and which ones never do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...model.late_pattern import late

CONDITION = late(r"(ifeq|ifneq|ifdef|ifndef|else|endif)(?=[\s(#]|$)(.*)")
BEGINNINGS = ("if", "else", "endif")
SYSTEMS = (    # as `uname`, `uname -s` and $(OS) say them
    ("macos", late(r"Darwin")),
    ("windows", late(r"Windows_NT|MINGW|MSYS|CYGWIN")),
    ("other", late(r"(?:Free|Open|Net)BSD|SunOS")),
    ("linux", late(r"[,(\"']\s*[Ll]inux\s*[,)\"']|\$\((?:findstring|filter)\s+[Ll]inux\s*,")),
)
# `ifneq (,$(findstring Darwin,$(UNAME)))`: where something was found
FOUND = late(r"\(\s*,.*\$\((?:findstring|filter)\s|\$\((?:findstring|filter)\s.*,\s*\)\s*(?:#.*)?$|"
             r"(?:\"\"|'')(?=.*\$\((?:findstring|filter)\s)")


class Part(NamedTuple):
    """Lines between two words of a condition: `system` alone has them, or all but `excluded`, where either is known.

    `is_past`: an earlier part of the same condition is Linux's.
    """

    system: str = ""
    excluded: str = ""
    is_past: bool = False

    def takes_linux(self) -> bool:
        """Whether Linux has these lines or those before, and so no later ones."""
        return self.is_past or self.system == "linux" or self.excluded not in ("", "linux")


def branch(line: str, parts: list[Part]) -> bool:
    """`ifeq ($(UNAME),Darwin)` … `else` … `endif`: whether the line is such a word, which changes `parts`."""
    words = line.lstrip(" ")
    match = CONDITION.match(words) if words.startswith(BEGINNINGS) else None
    if match is None:
        return False
    word, rest = match.groups()
    if word not in ("else", "endif"):
        parts.append(_part(word, rest))
        return True
    before = parts.pop() if parts else Part()
    inner = CONDITION.match(rest.strip()) if word == "else" else None
    if inner is not None:
        parts.append(_part(*inner.groups())._replace(is_past=before.takes_linux()))
    elif word == "else":
        parts.append(Part(before.excluded, "", not before.excluded and before.takes_linux()))
    return True


def foreign(parts: Iterable[Part]) -> str:
    """The system, macOS or Windows, that alone has what stands in these parts."""
    return next((each.system for each in parts if each.system in ("macos", "windows")), "")


def never_on_linux(parts: Iterable[Part]) -> bool:
    """Whether what stands in these parts is another system's."""
    return any(each.is_past or each.system not in ("", "linux") or each.excluded == "linux" for each in parts)


def _part(word: str, rest: str) -> Part:
    system = next((name for name, sign in SYSTEMS if sign.search(rest)), "")
    is_negated = (word in ("ifneq", "ifndef")) is not (FOUND.search(rest) is not None)
    return Part("", system) if is_negated and system else Part(system)
