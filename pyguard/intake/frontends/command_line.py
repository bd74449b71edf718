"""A tool's arguments and the table of its options -> what they say; for tools whose options are not abbreviated.

An option that is not in the table belongs to a newer release: it is noted, and taken for a flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...errors import ForeignUsageError

HELP = frozenset(("-h", "--help"))


class Grammar(NamedTuple):
    """Spellings, separated by blanks: those that take a value and those that take none.

    `abbreviated`: a beginning of a long option will do (argparse).
    """

    tool: str
    values: str
    flags: str = ""
    abbreviated: bool = False


class Said(NamedTuple):
    """Options in order, each by the spelling that was used in full, and the words that are none."""

    options: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    helped: bool = False
    unknown: tuple[str, ...] = ()
    end: tuple[str, ...] = ()         # what follows `--`

    def has(self, *spellings: str) -> bool:
        """Whether one of them was given."""
        return any(name in spellings for name, _ in self.options)

    def value(self, *spellings: str) -> str:
        """The last value that was given for one of them, or an empty text."""
        return next((value for name, value in reversed(self.options) if name in spellings), "")

    def values(self, *spellings: str) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(value for name, value in self.options if name in spellings)

    def origin(self, *spellings: str) -> str:
        """How the last one of them was spelled, or an empty text."""
        return next((name for name, _ in reversed(self.options) if name in spellings), "")


def read_words(argv: Sequence[str], grammar: Grammar, leading: bool = False) -> Said:
    """`leading` stops before the first word that is no option: what comes before a command."""
    takes, flags = frozenset(grammar.values.split()), frozenset(grammar.flags.split())
    waiting = list(reversed(argv))
    options: list[tuple[str, str]] = []
    words: list[str] = []
    unknown: list[str] = []
    while waiting:
        word = waiting.pop()
        if word == "--":
            return Said(tuple(options), tuple(words), False, tuple(unknown), tuple(reversed(waiting)))
        if not word.startswith("-") or word == "-":
            words.append(word)
            if leading:
                break
            continue
        if word in HELP:
            return Said(tuple(options), tuple(words), True, tuple(unknown))
        name, value = _read_option(word, waiting, takes, flags, grammar)
        if name not in takes and name not in flags:
            unknown.append(name)
        options += [(name, value)]
    return Said(tuple(options), (*words, *reversed(waiting)), False, tuple(unknown))


def _read_option(word: str, waiting: list[str], takes: Iterable[str], flags: Iterable[str],
                 grammar: Grammar) -> tuple[str, str]:
    """One option's name and value; of `-qn NAME` the rest goes back to be read next."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        if grammar.abbreviated and name not in takes and name not in flags:
            fitting = [one for one in (*takes, *flags) if one.startswith(name)]
            name = fitting[0] if len(fitting) == 1 else name
    else:
        name, equals, value = word[:2], "", word[2:]
        if name not in takes and value:
            waiting.append("-" + value)
            return name, ""
        # clap takes `-p=x` for x, and so does argparse, which takes beginnings, too
        joined = grammar.tool == "uv" or grammar.abbreviated
        equals, value = ("=", value.removeprefix("=") if joined else value) if value else ("", "")
    if name in takes and not equals:
        if not waiting:
            raise ForeignUsageError("bad-option", f"{grammar.tool}'s {name} requires a value")
        value = waiting.pop()
    return name, value
