"""Command lines of make."""

from __future__ import annotations

import pytest

from pyguard.intake.shell.make import MAKEFILES, made_of, made_state, read_make
from pyguard.intake.shell.state import State


@pytest.mark.parametrize(("line", "places", "goals", "given"), [
    ("make", MAKEFILES, (), ()),
    ("make -j 4 -k all PIP=pip3", MAKEFILES, ("all",), ("PIP=pip3",)),
    ("make -C sub -s all", tuple(f"sub/{name}" for name in MAKEFILES), ("all",), ()),
    ("make -Csub -fother.mk", ("sub/other.mk",), (), ()),
    ("make --directory=sub --file other.mk x y", ("sub/other.mk",), ("x", "y"), ()),
    ("make -f", MAKEFILES, (), ()),
])
def test_what_is_made(line: str, places: tuple[str, ...], goals: tuple[str, ...], given: tuple[str, ...]) -> None:
    assert read_make(line.split()) == (places, goals, given)


def test_a_recipe_gets_the_environment_alone() -> None:
    state = State()
    state.export({"PIP": "pip3"})
    state.variables["LOCAL"] = "x"
    state.cwd = "/srv"
    inner = made_state(state, read_make(["make", "all", "NAME=two words"]))
    assert inner.environment() == {"PIP": "pip3"} and "LOCAL" not in inner.variables and inner.cwd == ""
    assert made_of(inner) == (["all"], {"NAME": "two words"})


def test_another_ones_text_under_those_names_is_no_goal() -> None:
    state = State()
    state.variables["MAKECMDGOALS"] = "it's"
    assert made_of(state) == ([], {})
