"""Branches that what a caller gave decides."""

from __future__ import annotations

import pytest

from pyguard.intake.circumstances import HostName
from pyguard.intake.shell.run import ShellRun
from pyguard.intake.shell.state import State
from pyguard.intake.source_text import SourceText


def installed(text: str, *words: str, **given: str) -> list[str]:
    """What a script installs that is called with these words and variables; its lines hold one word each."""
    state = State(HostName("debian:12"))
    state.give(given)
    state.begin_script(words)
    shell = ShellRun()
    shell.reached = set()
    shell.run_script(SourceText(text, "x.sh"), state)
    return [found.argv[-1] for found in shell.found if "install" in found.argv]


@pytest.mark.parametrize(("test", "words", "holds"), [
    ('[ "$1" = a ]', ("a",), True), ('[ "$1" = a ]', ("b",), False), ('[ "$1" = a ]', (), False),
    ('[ "$1" != a ]', ("a",), False), ("test $1 == a", ("a",), True), ('[[ $1 == a* ]]', ("abc",), True),
    ('[[ $1 == "a*" ]]', ("abc",), False), ('[ "$1" = "a*" ]', ("abc",), False), ('[ -z "$1" ]', (), True),
    ('[ -n "${1:-}" ]', (), False), ('[ -n "${1:-x}" ]', (), True), ("[ $# -eq 0 ]", (), True),
    ("[ $# -lt 2 ]", ("a", "b"), False), ('[ "${1:-b}" = b ]', (), True), ('[ ! "$1" = a ]', ("a",), False),
    ('! [ "$1" = a ]', ("a",), False), ('[ "${1,,}" = a ]', ("A",), True),
    ('[ "$1" = a ] && [ "$2" = b ]', ("a", "c"), False), ('[ "$1" = a ] || [ "$2" = b ]', ("x", "b"), True),
])
def test_what_is_given_decides(test: str, words: tuple[str, ...], holds: bool) -> None:
    text = f"if {test}; then pip install yes; else pip install no; fi"
    assert installed(text, *words) == (["yes"] if holds else ["no"])


@pytest.mark.parametrize("text", [
    'if [ "$1" = a ]; then pip install yes; else pip install no; fi',                # called with what nobody knows
    'x=$(cat kind); if [ "$x" = a ]; then pip install yes; else pip install no; fi',
    'if [ "$OTHER" = a ]; then pip install yes; else pip install no; fi',
    'while [ $# -gt 0 ]; do case $2 in a) x=1 ;; esac; shift; done; '
    'if [ "$2" = a ]; then pip install yes; else pip install no; fi',
    'x=0; if [ -f y ]; then x=1; fi; if [ $x = 1 ]; then pip install yes; else pip install no; fi',
    'x=0; for y in a b; do x=1; done; if [ $x -eq 1 ] && [ -f z ]; then pip install yes; else pip install no; fi',
    'read x; if [ "$x" = a ]; then pip install yes; else pip install no; fi',
    'case $(uname) in a) pip install yes ;; *) pip install no ;; esac',
    'f() { if [ "$1" = a ]; then pip install yes; else pip install no; fi; }; f "$(cat x)"',
])
def test_what_is_not_sure_decides_nothing(text: str) -> None:
    assert installed(text, "$KIND", "$KIND") == ["yes", "no"]


@pytest.mark.parametrize(("text", "words", "found"), [
    ("case $1 in a | b) pip install one ;; c?) pip install two ;; *) pip install other ;; esac", ("b",), ["one"]),
    ("case $1 in a | b) pip install one ;; c?) pip install two ;; *) pip install other ;; esac", ("cx",), ["two"]),
    ("case $1 in a | b) pip install one ;; c?) pip install two ;; *) pip install other ;; esac", ("d",), ["other"]),
    ('case "$1" in "a") pip install one ;; ($2) pip install two ;; c) pip install three ;; esac', ("c", "q"),
     ["two", "three"]),
    ('k=$1; f() { local what=${1:-x}; [ "$what" = s ] && pip install inner; [ "$k" = s ] || pip install t; }; f "$1"',
     ("s",), ["inner"]),
    ('for s in "$@"; do "of_$s"; done; of_a() { pip install a; }', ("a",), []),
    ('of_a() { pip install a; }; of_b() { pip install b; }; for s in "$@"; do of_$s; done', ("b", "a"), ["b", "a"]),
    ('if [ "$1" = a ]; then . v/bin/activate; fi; pip install x', ("b",), ["x"]),
])
def test_arms_functions_and_loops(text: str, words: tuple[str, ...], found: list[str]) -> None:
    assert installed(text, *words) == found


def test_variables_of_a_pipeline_and_what_the_script_makes_of_them() -> None:
    text = 'if [ "$DB" = my ]; then pip install my; fi\nWITH=${WITH:-no}\n[ $WITH = yes ] && pip install with'
    assert installed(text, DB="my", WITH="yes") == ["my", "with"]
    assert installed(text, DB="pg", WITH="no") == []
