"""Functions and arguments: where what a call hands on is found, as what, and that no script makes it grow for ever."""

from __future__ import annotations

from typing import Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard.intake.circumstances import Ground
from pyguard.intake.shell.merging import MAX_BODIES
from pyguard.intake.shell.run import ShellRun
from pyguard.intake.shell.state import MAX_ARGUMENTS, State
from pyguard.intake.source_text import SourceText

PIECES = st.sampled_from([
    "f() {", "g() {", "}", ";", "\n", "f", "g", '"$@"', "$*", '"${@:2}"', "shift", "shift 2", "set --", "pip install x",
    "$1", "if a; then", "else", "fi", "case $1 in", "*)", ";;", "esac", "( ", ")", "eval", "sudo", "bash -c", "|", "&&",
    '$(dirname "$0")', '"$(cd "$(dirname "$0")/.." && pwd)"', "${0%/*}", ". v/bin/activate", "x=", "local y=", "$x"])


def walked(text: str, state: Optional[State] = None) -> ShellRun:
    shell = ShellRun()
    shell.run_script(SourceText(text, "x.sh"), state or State())
    return shell


def installs(text: str) -> list[tuple[int, tuple[str, ...], Ground]]:
    return [(each.location.line, each.argv, each.circumstances.active.ground) for each in walked(text).found
            if "install" in each.argv]


@given(st.lists(PIECES, max_size=50).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_it_never_raises_and_lines_lie_in_the_text(text: str) -> None:
    state = State()
    state.variables["0"] = "a/x.sh"
    for each in walked(text, state).found:
        assert each.argv
        assert 1 <= each.location.line <= text.count("\n") + 1


@pytest.mark.parametrize(("text", "found"), [
    ('f() {\n"$@"; }\nf pip install x', [(3, ("pip", "install", "x"), Ground.HOST)]),
    ('f() {\npip install "$@"; }\nf x', [(2, ("pip", "install", "x"), Ground.HOST)]),
    ('pip_in() {\npip install "$@"; }\npip_in x', [(2, ("pip", "install", "x"), Ground.HOST),
                                                  (3, ("pip", "install", "x"), Ground.HOST)]),
    ('f() {\npip install x; }\nf y', [(2, ("pip", "install", "x"), Ground.HOST)]),
    ('f() {\n. v/bin/activate; "$@"; }\nf pip install x', [(3, ("pip", "install", "x"), Ground.VENV)]),
    ('f() { "$@"; }\ng() { f "$@"; }\ng pip install x', [(3, ("pip", "install", "x"), Ground.HOST)]),
    ('f() { "$@"; }\ng() {\nf pip install "$@"; }\ng x', [(3, ("pip", "install", "x"), Ground.HOST)]),
    ('f() { "$@"; }\npip_in() {\nf pip install "$@"; }\npip_in x', [(3, ("pip", "install", "x"), Ground.HOST),
                                                                    (4, ("pip", "install", "x"), Ground.HOST)]),
    ('f() { "$@"; }; f "$@"; f pip install x', [(1, ("pip", "install", "x"), Ground.HOST)]),
    ('f() { echo "$@"; }; f pip install x', []),
    ("f() {\npip install \"$1\"; }\nf a\nf b", [(2, ("pip", "install", "a"), Ground.HOST)]),
    ("py_in() {\npip install \"$1\"; }\npy_in a\npy_in b", [(line, ("pip", "install", name), Ground.HOST)
                                                          for line, name in ((2, "a"), (3, "a"), (4, "b"))]),
])
def test_what_is_handed_on_lies_where_it_was_written(text: str, found: list[tuple[int, tuple[str, ...], Ground]],
                                                     ) -> None:
    assert installs(text) == found


@pytest.mark.parametrize(("text", "arguments", "first"), [
    ("set -- a b", ("a", "b"), "a"), ("set -e", None, None), ("set -- a b; shift", ("b",), "b"),
    ("set -- a b; shift 5", (), ""), ('set -- a "$@"', ("a", "$@"), "a"), ('set -- a "$@"; shift 2', ("$@",), None),
    ('set -- a "$@"; set -- "${@:2}" "$1"', ("$@", "a"), None), ("set a; f() { set -- b; }; f", ("a",), "a"),
    ("set -- a; if x; then set -- b; fi", ("a",), None), ("set -- 'a b' c; set -- $*", ("a", "b", "c"), "a"),
    ("set -- 'a b' c; set -- \"$*\"", ("a b c",), "a b c"), ('set --; set -- "$@" "x$@"', ("x",), "x"),
])
def test_arguments_are_known_as_far_as_the_script_says(text: str, arguments: Optional[tuple[str, ...]],
                                                       first: Optional[str]) -> None:
    state = State()
    walked(text, state)
    assert state.arguments == arguments
    assert state.variables.get("1") == first


@pytest.mark.parametrize(("value", "expected"), [
    ('$(dirname "$0")', "ci"), ("${0%/*}", "ci"), ("${0##*/}", "run.sh"), ('"$(cd "$(dirname "$0")/.." && pwd)"', "."),
    ('$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/x', "ci/x"), ('$(cd "$(dirname "$0")/../.." && pwd)', None),
    ('"$(cd ..; pwd)"', "/"), ('"$(cd sub && ls && pwd)"', None), ('$(dirname "$(which python3)")', None),
    ("`dirname $0`", "ci"), ('$(dirname "$1")', None), ("$(realpath /opt/v)", "/opt/v"),
])
def test_a_script_knows_its_own_directory(value: str, expected: Optional[str]) -> None:
    state = State()
    state.variables["0"], state.cwd = "ci/run.sh", "/srv"
    walked(f"X={value}", state)
    assert state.variables["X"] == expected or (expected is None and "$" in (state.variables["X"] or ""))


def test_arguments_that_double_and_calls_that_call_end() -> None:
    state = State()
    walked('set -- "$@ x" y\n' + 'set -- "$@" "$@"\n' * 100, state)
    assert sum(map(len, state.arguments or ())) <= MAX_ARGUMENTS
    chain = "".join(f'f{n}() {{ f{n + 1} "$@" "$@"; }}\n' for n in range(60))
    assert len(walked(f"{chain}f0 pip install x\n").found) < 50
    state = State()
    walked("".join(f"if [ $x = {n} ]; then f() {{ a{n}; }}; fi\n" for n in range(99)), state)
    assert len(state.functions["f"]) == MAX_BODIES
