"""How `[ ... ]`, `[[ ... ]]` and test(1) end, for whoever knows the values that their words have."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple, Optional

from .words import Word

TESTS = frozenset(("[", "[[", "test"))
CLOSING = frozenset(("]", "]]"))
EITHER = frozenset(("||", "-o"))
BOTH = frozenset(("&&", "-a"))
EQUAL = {"=": True, "==": True, "!=": False}
NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq, "-ne": operator.ne, "-lt": operator.lt, "-gt": operator.gt, "-le": operator.le,
    "-ge": operator.ge}


class Values(NamedTuple):
    """What is known of words in which something is expanded: the text of one, and whether it is empty; else None."""

    text: Callable[[Word], Optional[str]]
    is_empty: Callable[[Word], Optional[bool]]


NONE_KNOWN = Values(lambda word: None, lambda word: None)


def outcome_of_test(words: Sequence[Word], values: Values) -> Optional[bool]:
    """Whether the test succeeds; None where that is not known, or the command is no test."""
    if not words or words[0].literal not in TESTS:
        return None
    rest = [word for word in words[1:] if word.literal not in CLOSING]
    with_patterns = words[0].literal == "[["
    return any_of(all_of(_asked(each, values, with_patterns) for each in _split(part, BOTH))
                  for part in _split(rest, EITHER))


def all_of(outcomes: Iterable[Optional[bool]]) -> Optional[bool]:
    """`A && B`, where one that is not known may be either."""
    found = list(outcomes)
    return False if False in found else None if None in found else True


def any_of(outcomes: Iterable[Optional[bool]]) -> Optional[bool]:
    """`A || B`, the same way."""
    found = list(outcomes)
    return True if True in found else None if None in found else False


def _split(words: list[Word], at: frozenset[str]) -> Iterator[list[Word]]:
    part: list[Word] = []
    for word in words:
        if word.raw in at:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _asked(words: list[Word], values: Values, with_patterns: bool) -> Optional[bool]:
    wanted = True
    while words and words[0].raw == "!":
        words, wanted = words[1:], not wanted
    found: Optional[bool] = None
    if len(words) == 2 and words[0].raw in ("-n", "-z") and not words[1].is_fixed:
        empty = values.is_empty(words[1])
        found = None if empty is None else empty is (words[0].raw == "-z")
    elif len(words) == 3:
        found = _compared(words[0], words[1].literal, words[2], values, with_patterns)
    return None if found is None else found is wanted


def _compared(left: Word, asked: str, right: Word, values: Values, with_patterns: bool) -> Optional[bool]:
    first, second = (word.literal if word.is_fixed else values.text(word) for word in (left, right))
    if first is None or second is None:
        return None
    are_numbers = first.isdecimal() and second.isdecimal()
    if left.is_fixed and right.is_fixed and (left.quoted or right.quoted or not are_numbers):
        return None    # a template may have put one of them there
    if asked in EQUAL:
        same = fnmatchcase(first, second) if with_patterns and not right.quoted else first == second
        return same is EQUAL[asked]
    return NUMBERS[asked](int(first), int(second)) if asked in NUMBERS and are_numbers else None
