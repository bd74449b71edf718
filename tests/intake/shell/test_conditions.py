"""Tests of a shell, evaluated as far as the values of their words are known."""

from __future__ import annotations

from typing import Optional

import pytest

from pyguard.intake.shell.conditions import Values, outcome_of_test
from pyguard.intake.shell.reader import read_shell
from pyguard.intake.shell.tree import Simple
from pyguard.intake.shell.words import Variable, Word

KNOWN = {"A": "docs", "N": "3", "E": ""}


def text(word: Word) -> Optional[str]:
    part = word.parts[-1]
    return KNOWN.get(part.name) if isinstance(part, Variable) else None


def is_empty(word: Word) -> Optional[bool]:
    value = text(word)
    return None if value is None else not value


@pytest.mark.parametrize(("written", "wanted"), [
    ("[ $A = docs ]", True), ("[ $A != docs ]", False), ("test $A == x", False), ("[ docs = $A ]", True),
    ("[ $U = docs ]", None), ("[ ! $A = docs ]", False), ("[ ! ! $A = docs ]", True), ("[ ! $U = docs ]", None),
    ("[ -n $A ]", True), ("[ -z $A ]", False), ("[ -z $E ]", True), ("[ -z $U ]", None), ("[ -n text ]", None),
    ("[ $N -gt 2 ]", True), ("[ $N -le 2 ]", False), ("[ $A -gt 2 ]", None), ("[ 1 -eq 0 ]", False),
    ("[ 1 = 1 ]", True), ("[ '1' = 1 ]", None), ("[ on = on ]", None),
    ("[[ $A == d* ]]", True), ("[[ $A == 'd*' ]]", False), ("[ $A == d* ]", False),
    ("[ $A = docs -a $N = 3 ]", True), ("[ $A = docs -a $U = 3 ]", None), ("[ $A = x -a $U = 3 ]", False),
    ("[[ $A == docs || $U == 3 ]]", True), ("[[ $A == x || $U == 3 ]]", None), ("[[ $A == x || $N == 4 ]]", False),
    ("[ -f $A ]", None), ("[ ]", None), ("[ $A ]", None), ("grep -q $A", None),
])
def test_outcomes(written: str, wanted: Optional[bool]) -> None:
    node = read_shell(written).items[0][1]
    assert isinstance(node, Simple)
    assert outcome_of_test(node.words, Values(text, is_empty)) is wanted
