"""The string literals of a program in Ruby or in Puppet's language, and the text with them and comments masked."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ...model.request import Location
from ..source_text import SourceText

MASK = "\x01"        # for each character of a literal but its first
BEGINS = "\x02"      # for its first, whatever that is
CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
STEP = late(r"\\.|[#$]\{|[\w\s.,;:=/-]+|.", re.S)
WORDS, PLAIN, FILLED = "words", "plain", "filled"     # %w(a b); nothing is filled in; #{x} or ${x} is
MAX_DEPTH = 20       # of braces in what is filled in


class Literal(NamedTuple):
    """`start` and `end` are those of the literal in the code, `first` and `last` those of its text."""

    start: int
    end: int
    first: int
    last: int
    sort: str


class Language(NamedTuple):
    """`document` finds a here-document's beginning, with `name` and `quote`; `token` comments, `quote` and `percent`.

    `end` is what a here-document's last line is, with NAME for the name.
    """

    document: re.Pattern[str]
    end: str
    token: re.Pattern[str]
    fills: str
    quoted_is_plain: bool    # whether <<'X' has nothing filled in, or only @("X") has


class Literals:
    """`masked` has the text's length: its comments are blanks, its literals MASKs after a BEGINS."""

    def __init__(self, text: str, path: str, language: Language) -> None:
        self.text = text
        self.whole = SourceText(text, path)
        self.language = language
        self.found: list[Literal] = []
        self.masked = self._without_strings(self._without_documents(text))
        self.found.sort()
        self._starts = [each.start for each in self.found]

    def between(self, start: int, end: int) -> list[Literal]:
        """Those that begin there."""
        return self.found[bisect_left(self._starts, start):bisect_left(self._starts, end)]

    def line_of(self, offset: int) -> int:
        """From 1."""
        return self.whole.line_at(offset)

    def locate(self, start: int, end: int) -> Location:
        """The lines of what stands there, as one place."""
        return self.whole.locate(start, end)

    def _without_documents(self, text: str) -> str:
        pieces, position = [], 0
        unclosed: set[str] = set()
        for match in self.language.document.finditer(text):
            name = match.group("name")
            if match.start() < position or name in unclosed or _is_comment(text, match.start()):
                continue
            begin = text.find("\n", match.end()) + 1
            end = re.compile(self.language.end.replace("NAME", re.escape(name)), re.M).search(
                text, max(begin, position)) if begin else None
            if end is None:
                unclosed.add(name)
                continue
            begin = max(begin, position)    # of two in one line, the second begins after the first
            plain = (match.group("quote") == "'") if self.language.quoted_is_plain else not match.group("quote")
            self.found.append(Literal(match.start(), match.end(), begin, end.start(), PLAIN if plain else FILLED))
            pieces += [text[position:match.start()], BEGINS + MASK * (match.end() - match.start() - 1),
                       text[match.end():begin], " " * (end.end() - begin)]
            position = end.end()
        return "".join([*pieces, text[position:]])

    def _without_strings(self, text: str) -> str:
        pieces, position = [], 0
        unclosed: set[str] = set()
        while (match := self.language.token.search(text, position)) is not None:
            opening = match.groupdict().get("quote") or match.groupdict().get("percent") or ""
            end = self._end(text, match.end(), opening) if opening and opening not in unclosed else None
            if opening and end is None:
                unclosed.add(opening)
                pieces.append(text[position:match.end()])
                position = match.end()
                continue
            pieces.append(text[position:match.start()])
            if end is None:
                pieces.append(re.sub(r"[^\n]", " ", match.group()))
                position = match.end()
                continue
            self.found.append(Literal(match.start(), end, match.end(), end - 1, _sort(opening)))
            pieces += [BEGINS, MASK * (end - match.start() - 1)]
            position = end
        return "".join([*pieces, text[position:]])

    def _end(self, text: str, position: int, opening: str) -> Optional[int]:
        """Behind the literal that has its text from there on; None where nothing closes it."""
        bracket = opening[-1]
        closing, inside, depth = CLOSING.get(bracket, bracket), 0, 0
        fills = self.language.fills if _sort(opening) == FILLED else ""
        for match in STEP.finditer(text, position):
            step = match.group()
            if inside:
                inside += (step in ("{", "#{", "${")) - (step == "}")
                if inside > MAX_DEPTH:
                    return None
            elif step == fills:
                inside = 1
            elif step == closing:
                if depth == 0:
                    return match.end()
                depth -= 1
            elif step == bracket:
                depth += 1
        return None


def _sort(opening: str) -> str:
    if opening[:2] in ("%w", "%W", "%i", "%I"):
        return WORDS
    return PLAIN if opening == "'" or opening[:2] == "%q" else FILLED


def _is_comment(text: str, offset: int) -> bool:
    return text[text.rfind("\n", 0, offset) + 1:offset].lstrip().startswith("#")


def filled_in(body: str, sort: str, fills: str) -> str:
    """The text of a literal with its escapes resolved; what is filled in is a variable that nobody knows."""
    if sort != FILLED:
        return re.sub(r"\\(['\\])", r"\1", body)
    body = re.sub(re.escape(fills) + r"([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}", _variable, body)
    return re.sub(r"\\([^\n])", lambda match: {"n": "\n", "t": "\t"}.get(match.group(1), match.group(1)), body)


def _variable(match: re.Match[str]) -> str:
    name = re.sub(r"ENV\W+(\w+)\W+", r"\1", match.group(1).strip())
    return "${" + re.sub(r"\W", "_", name.removeprefix("::")) + "}"
