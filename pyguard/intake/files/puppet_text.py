"""A Puppet manifest's text becomes its resources: the type, the titles, and the values of its attributes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from ..source_text import SourceText
from .configured import fixed
from .literals import FILLED, Language, Literal, Literals, filled_in
from .nesting import UNCLOSED, Nesting

PUPPET = Language(
    late(r"@\([ \t]*(?P<quote>\"?)(?P<name>[A-Za-z_][\w ]*?)\"?[ \t]*(?::[ \t]*\w+[ \t]*)?(?:/[ \t]*[\w$]*[ \t]*)?\)"),
    r"^[ \t]*\|?[ \t]*-?[ \t]*NAME[ \t]*$",
    late(r"#[^\n]*|/\*(?s:.*?)\*/|(?:=~|!~|[{,(])[ \t]*/(?:[^/\\\n*]|\\.)(?:[^/\\\n]|\\.)*/|(?P<quote>[\"'])"),
    "${", False)
BRACE = late(r"[{}()\[\];,]|=>|(?<!:):(?!:)")
OPENS, CLOSES = "{([", "})]"
VARIABLE = late(r"\s*\$(?:::)?([\w:]+)\s*$")
WORD = late(r"\s*([\w:]+)\s*$")


class Place(NamedTuple):
    """Between two offsets."""

    start: int
    end: int


class Resource(NamedTuple):
    """One title's body: `line` is that of the title."""

    sort: str
    title: Place
    said: dict[str, Place]
    line: int


class Manifest:
    """One file."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.literals = Literals(text, path, PUPPET)
        self.masked = self.literals.masked
        self.braces = Nesting(_closings(self.masked, "{}"))
        self.brackets = dict(_closings(self.masked, "()"))
        self.depths, self.marks = _marks(self.masked)

    def resources(self, sorts: re.Pattern[str]) -> Iterator[Resource]:
        """Those of the types that the pattern has in its first group, in the file's order."""
        for match in sorts.finditer(self.masked):
            opening = match.end() - 1
            shared: dict[str, Place] = {}
            for body in self.split(opening + 1, self.end_of(opening), ";"):
                colon = next(iter(self._marks(*body, ":")), -1)
                if colon < 0:
                    continue
                said = dict(self._attributes(colon + 1, body.end))
                title = self._trimmed(body.start, colon)
                if self.masked[title.start:title.end] == "default":
                    shared = said
                elif title.start < title.end:
                    yield Resource(match.group(1), title, {**shared, **said}, self.literals.line_of(title.start))

    def condition(self, offset: int) -> str:
        """The words of all blocks around the place."""
        return "\n".join(self.text[max(self.masked.rfind(mark, 0, each) for mark in "{}\n") + 1:each]
                         for each in self.braces.around(offset))

    def end_of(self, opening: int) -> int:
        """Where the brace or the bracket that stands there is closed."""
        return self.braces.ends.get(opening, self.brackets.get(opening, opening + 1))

    def split(self, start: int, end: int, mark: str) -> Iterator[Place]:
        """The parts between the marks that stand in no brackets."""
        for each in self._marks(start, end, mark):
            yield Place(start, each)
            start = each + 1
        yield Place(start, end)

    def sources(self, place: Place) -> list[SourceText]:
        """Each text that is said there."""
        return [self._source(each) for each in self.literals.between(*place)]

    def texts(self, place: Place) -> list[str]:
        """The same as plain texts; a bare word is one, and a variable nobody knows."""
        masked = self.masked[place.start:place.end]
        if masked.startswith("[") and masked.endswith("]"):
            inner = self.split(place.start + 1, place.end - 1, ",")
            return [text for each in inner for text in self.texts(self._trimmed(*each))]
        found = [filled_in(self.text[each.first:each.last], each.sort, "${") for each in self.literals.between(*place)]
        word, variable = WORD.match(masked), VARIABLE.match(masked)
        if found:
            return found
        if variable is not None:
            return ["$" + re.sub(r"\W+", "_", variable.group(1))]
        return [word.group(1)] if word is not None and word.group(1) != "undef" else []

    def pairs(self, start: int, end: int) -> dict[str, str]:
        """Of a hash of texts."""
        found = {}
        for each in self.split(start, end, ","):
            arrow = next(iter(self._marks(*each, "=>")), -1)
            if arrow >= 0:
                key, value = self.texts(Place(each.start, arrow)), self.texts(Place(arrow + 2, each.end))
                found.update({key[0]: value[0]} if key and value else {})
        return found

    def _source(self, literal: Literal) -> SourceText:
        body = self.text[literal.first:literal.last]
        place = self.literals.locate(literal.start, literal.end)
        if literal.sort == FILLED and "\n" not in body:
            return fixed(filled_in(body, literal.sort, "${"), place)
        told = filled_in(body.replace("\\n", " "), literal.sort, "${")
        column = literal.first - self.text.rfind("\n", 0, literal.first)
        return SourceText(told, self.path, self.literals.line_of(literal.first), column)

    def _attributes(self, start: int, end: int) -> Iterator[tuple[str, Place]]:
        for each in self.split(start, end, ","):
            arrow = next(iter(self._marks(*each, "=>")), -1)
            if arrow >= 0:
                yield self.masked[each.start:arrow].strip(), self._trimmed(arrow + 2, each.end)

    def _marks(self, start: int, end: int, mark: str) -> list[int]:
        before = bisect_left(self.depths, (start,)) - 1
        found = self.marks.get((mark, self.depths[before][1]), [])
        return found[bisect_left(found, start):bisect_left(found, end)]

    def _trimmed(self, start: int, end: int) -> Place:
        text = self.masked[start:end]
        return Place(start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip()))


def _marks(masked: str) -> tuple[list[tuple[int, int]], dict[tuple[str, int], list[int]]]:
    """From where on brackets are how deep, and where each mark stands at which depth."""
    depth, depths, marks = 0, [(-1, 0)], dict[tuple[str, int], list[int]]()
    for match in BRACE.finditer(masked):
        found = match.group()
        marks.setdefault((found, depth), []).append(match.start())
        step = (found in OPENS) - (found in CLOSES)
        if step:
            depth += step
            depths.append((match.start(), depth))
    return depths, marks


def _closings(masked: str, pair: str) -> Iterator[tuple[int, int]]:
    """Where each of a pair is opened and closed; some way on where nothing closes it."""
    opened: list[int] = []
    for match in re.finditer(f"[{re.escape(pair)}]", masked):
        if match.group() == pair[0]:
            opened.append(match.start())
        elif opened:
            yield opened.pop(), match.start()
    for start in opened:
        yield start, min(start + UNCLOSED, len(masked))
