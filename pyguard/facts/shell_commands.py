"""A command line of a start-up file -> its simple commands that hold for good, as words with quotes; never raises.

Not for good: what stands in parentheses, in a pipeline or before a single `&` (POSIX shell, 2.9 and 2.12). What csh and
fish write is near enough: `if (...)` and `; and` end a command there as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model.late_pattern import late

WORD = late(r"""(?:[^\s'"\\;&|<>()`$]|\\.|\$?'[^']*'|\$?"(?:[^"\\]|\\.)*"|`[^`]*`|\$\{(?:[^{}]|\$\{[^{}]*\})*\}"""
            r"""|\$\((?:[^()'"]|'[^']*'|"[^"]*"|\([^()]*\))*\)|\$(?![({'"]))*""", re.S)
SPACE = late(r"(?:[ \t\r\f\v]|\\\n)+")
OPERATOR = late(r"(?P<elsewhere>&>>?|\d*(?:<<<|<<-?|>>|<&|>&|<>|>\||[<>]))|&&|\|\||;;&?|;&|\|&|[;&|()\n]")
SEPARATE = frozenset(("|", "|&", "&"))    # a shell of its own carries the command out
LEADING = frozenset(("then", "do", "else", "elif", "if", "while", "until", "!", "time", "and", "or", "not", "begin",
                     "command", "builtin", "noglob"))


class Command(NamedTuple):
    """`function` is empty outside of the body of one."""

    words: tuple[str, ...]
    function: str = ""


def commands(text: str) -> Iterator[Command]:
    """In their order; a word whose quote is not closed takes the rest of the text."""
    reader = _Reader()
    at, dropped = 0, False
    while at < len(text):
        match = SPACE.match(text, at)
        if match:
            at = match.end()
            continue
        if text[at] == "#":
            break
        match = OPERATOR.match(text, at)
        if match:
            at, dropped = match.end(), bool(match["elsewhere"])
            if not dropped:
                yield from reader.end(match[0])
            continue
        end = _word_end(text, at)
        if not dropped:
            reader.take(text[at:end])
        at, dropped = end, False
    yield from reader.end("")


def _word_end(text: str, at: int) -> int:
    match = WORD.match(text, at)
    end = match.end() if match else at
    return end if text[end:end + 1] in tuple(" \t\r\f\v\n;&|<>()") or end == len(text) else len(text)


class _Reader:
    """The words since the last operator, and what is open around them."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.depth = self.braces = self.body = 0
        self.piped = False
        self.function = self.announced = ""    # in whose body; whose body comes next

    def take(self, word: str) -> None:
        """One more; what only introduces a command is none of its words."""
        if self.words == ["function"]:
            self.announced, self.words = word, []
        elif self.words:
            self.words.append(word)
        elif word == "{":
            self.braces += 1
            if self.announced and not self.function:
                self.function, self.body = self.announced, self.braces
            self.announced = ""
        elif word == "}":
            if self.braces == self.body:
                self.function, self.body = "", 0
            self.braces = max(self.braces - 1, 0)
        elif word not in LEADING:
            self.words.append(word)

    def end(self, operator: str) -> Iterator[Command]:
        """The command that the operator ends, where it holds for good."""
        words, piped = self.words, self.piped
        self.words, self.piped = [], operator in ("|", "|&")
        if operator == "(":
            self.depth += 1
            self.announced = words[0] if len(words) == 1 else self.announced
        elif operator == ")":
            self.announced = "" if words else self.announced
            self.depth = max(self.depth - 1, 0)    # 0 before: that of a pattern in `case`
        elif words and not self.depth and not piped and operator not in SEPARATE:
            yield Command(tuple(words), self.function)
