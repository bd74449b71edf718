"""A Chef recipe's text becomes its resources: the word, the name, the block, and what the block says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from ..source_text import SourceText
from .configured import fixed
from .literals import FILLED, WORDS, Language, Literal, Literals, filled_in
from .nesting import UNCLOSED, Nesting

RUBY = Language(
    late(r"<<[-~]?(?P<quote>[\"'`]?)(?P<name>[A-Za-z_]\w*)(?P=quote)"), r"^[ \t]*NAME[ \t]*$",
    late(r"(?<!\?)#[^\n]*|^=begin\b(?s:.*?)^=end\b|^__END__$(?s:.*)"
         r"|(?:=~|!~|[(,]|\bwhen\b)[ \t]*/(?:[^/\\\n]|\\.)+/"
         r"|(?<![\w)\]\"'])(?P<percent>%[wWqQiI]?[\[({<|!])|(?P<quote>[\"'`])", re.M), "#{", True)
EVENT = late(r"^[ \t]*(?P<branch>when|elsif|else|rescue|ensure)\b"
             r"|(?:^[ \t]*|;[ \t]*)(?P<loop>while|until|for)\b[^\n]*"
             r"|(?:^[ \t]*|;[ \t]*|=[ \t]*)(?P<word>if|unless|case|begin|def|class|module)\b(?!:)"
             r"|(?<![.:\w@])(?P<do>do)\b(?![:?!])|(?<![.:\w@])(?P<end>end)\b(?![:?!])", re.M)
CONTINUED = late(r"(?:[\\+,(\[{|&=]|=>)[ \t]*$")
CONTINUES = late(r"[ \t]*[.\])}]")
BARE = late(r"[ \t(]*([a-z_]\w*)[ \t)]*$")
JOIN = late(r"\.join\b")
NEAR = 20_000      # characters, in which a variable's assignment is looked for
MAX_LINES = 200    # of one statement


class Block(NamedTuple):
    """What stands between two offsets, and where the words are that it depends on."""

    start: int
    end: int
    word: int


class Value(NamedTuple):
    """A text with its place; `words` where it is an array, or `%w`."""

    source: SourceText
    words: tuple[str, ...]


class Ruby:
    """One file."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.text = text
        self.literals = Literals(text, path, RUBY)
        self.masked = self.literals.masked
        blocks = list(_blocks(self.masked))
        self.nesting = Nesting((each.start, each.end) for each in blocks)
        self.words = {each.start: each.word for each in blocks if each.word >= 0}

    def statement_end(self, start: int) -> int:
        """The end of the last line of what begins there."""
        for _ in range(MAX_LINES):
            end = self.masked.find("\n", start)
            if end < 0:
                return len(self.masked)
            following = end + 1
            while self.masked.startswith("\n", following) or self._is_blank(following):
                skipped = self.masked.find("\n", following)
                if skipped < 0:
                    break
                following = skipped + 1
            if not CONTINUED.search(self.masked, self.masked.rfind("\n", 0, end) + 1, end) \
                    and not CONTINUES.match(self.masked, following):
                return end
            start = following
        return start

    def _line_end(self, start: int) -> int:
        end = self.masked.find("\n", start)
        return end if end >= 0 else len(self.masked)

    def _is_blank(self, start: int) -> bool:
        end = self.masked.find("\n", start)
        return end >= 0 and self.masked[start:end].isspace()

    def condition(self, offset: int) -> str:
        """The words of all that `offset` depends on."""
        words = (self.words[each] for each in self.nesting.around(offset) if each in self.words)
        return "\n".join(self.text[each:self._line_end(each)] for each in words)

    def values(self, start: int, end: int) -> list[Value]:
        """The texts that are said there, those that are put together as one; those of a variable's last assignment."""
        found = self.literals.between(start, end)
        if not found:
            return self._assigned(start, end)
        groups: list[list[Literal]] = []
        for each in found:
            gap = self.masked[groups[-1][-1].end:each.start] if groups else "?"
            if groups and (re.fullmatch(r"[\s\\+]*(?:[\w.]+[\s\\]*\+[\s\\]*)?", gap) or _is_list(gap)):
                groups[-1].append(each)
            elif not JOIN.search(gap):
                groups.append([each])
        joined = JOIN.search(self.masked, found[-1].end if len(found) == 1 else found[0].end, end) is not None
        return [self._value(group, joined) for group in groups]

    def text_at(self, start: int, end: int) -> str:
        """The one text that is said there; `$name` for a variable, empty for nothing."""
        values = self.values(start, end)
        if values:
            return values[0].source.text
        words = re.sub(r"\W+", "_", self.text[start:end]).strip("_")
        return "" if words in ("", "nil", "false", "true") else f"${words}"

    def _assigned(self, start: int, end: int) -> list[Value]:
        name = BARE.match(self.masked, start, end)
        if name is None:
            return []
        assigns = re.compile(rf"^[ \t]*{name.group(1)}[ \t]*=(?![=~>])", re.M)
        before = [match.end() for match in assigns.finditer(self.masked, max(0, start - NEAR), start)]
        if not before:
            return []
        stop = self.statement_end(before[-1])
        return self.values(before[-1], stop) if self.literals.between(before[-1], stop) else []

    def _value(self, group: list[Literal], joined: bool) -> Value:
        first, last = group[0], group[-1]
        body = self.text[first.first:first.last]
        is_list = first.sort == WORDS or any(_is_list(self.masked[before.end:after.start])
                                             for before, after in zip(group, group[1:]))
        place = self.literals.locate(first.start, last.end)
        if is_list:
            texts = [word for each in group for word in (
                self._body(each).split() if each.sort == WORDS else [self._body(each)])]
            separator = " " if first.sort == WORDS else "\n"
            source = fixed(separator.join(texts) if joined else texts, place)
            return Value(source, tuple(texts))
        if len(group) > 1:
            return Value(fixed(self._together(group), place), ())
        line = self.literals.line_of(first.first)
        column = first.first - self.text.rfind("\n", 0, first.first)
        if first.sort == FILLED and "\n" not in body:
            return Value(fixed(self._body(first), place), ())
        told = filled_in(body.replace("\\n", " "), first.sort, "#{") if first.sort == FILLED else self._body(first)
        return Value(SourceText(told, self.path, line, column), ())

    def _together(self, group: list[Literal]) -> str:
        pieces = [self._body(group[0])]
        for before, after in zip(group, group[1:]):
            name = re.search(r"\+[\s\\]*([\w.]+)[\s\\]*\+", self.masked[before.end:after.start])
            pieces += ["${" + re.sub(r"\W", "_", name.group(1)) + "}" if name else "", self._body(after)]
        return "".join(pieces)

    def _body(self, literal: Literal) -> str:
        return filled_in(self.text[literal.first:literal.last], literal.sort, "#{")


def _is_list(gap: str) -> bool:
    return re.fullmatch(r"\s*,\s*", gap) is not None


def _blocks(masked: str) -> Iterator[Block]:
    opened: list[tuple[int, int]] = []
    for match in EVENT.finditer(masked):
        if match.lastgroup == "end":
            if opened:
                start, word = opened.pop()
                yield Block(start, match.start(), word)
        elif match.lastgroup == "branch":
            if opened:
                start, word = opened.pop()
                yield Block(start, match.start(), word)
                opened.append((match.start("branch"), match.start("branch")))
        else:
            start = match.start(match.lastgroup or 0)
            opened.append((start, start if match.group("word") else -1))
    for start, word in opened:    # the text ends too early
        yield Block(start, min(start + UNCLOSED, len(masked)), word)
