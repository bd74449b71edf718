"""Options added to a command line of pip's are options to pip, whatever stands there already."""

from __future__ import annotations

import runpy
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.intake.frontends.pip_command import read_command
from pyguard.intake.frontends.pip_words import loudness, with_options

HOOKS = runpy.run_path(str(Path(__file__).resolve().parents[2] / "hooks/startup/_pyguard_words.py"))["with_options"]
MORE = ("--constraint", "/c")
GENERAL = st.lists(st.sampled_from(["-q", "--log list", "--log=x", "--python /v", "--proxy --", "--isolated"]),
                   max_size=3)
OWN = st.lists(st.sampled_from(["install", "six", "-q", "--", "-t --", "-rr.txt", "--log x", "--user"]), max_size=4)


@pytest.mark.parametrize(("line", "there"), [
    ("install six", "install six --constraint /c"), ("-q install six -- x", "-q install six --constraint /c -- x"),
    ("install -t -- six", "install -t -- six --constraint /c"), ("-- install six", "install --constraint /c -- six"),
    ("--log install -q install x", "--log install -q install x --constraint /c"), ("--version", "--version")])
def test_where_they_are_put(line: str, there: str) -> None:
    assert with_options(shlex.split(line), MORE) == tuple(shlex.split(there))


@pytest.mark.parametrize("put", [with_options, lambda words, more: HOOKS(words, list(more))],
                         ids=["engine", "hook"])
@given(general=GENERAL, own=OWN, stop=st.booleans())
def test_nothing_else_changes(put, general: list[str], own: list[str], stop: bool) -> None:  # type: ignore[no-untyped-def]
    words = shlex.split(" ".join((*general, *["--"] * stop, "install", "x", *own)))
    before, after = read_command(words), read_command(put(words, MORE))
    assert (after.command, after.arguments, after.python) == (before.command, before.arguments, before.python)
    assert [one.value for one in after.given if one.option.dest == "constraints"] == ["/c"]
    assert [one for one in after.given if one.option.dest != "constraints"] == list(before.given)


@pytest.mark.parametrize(("line", "count"), [("install x", 0), ("-v install x -vv", 3), ("install -qvv x", 1),
                                             ("install --verbose --log -v x", 1), ("install -qq x", -2)])
def test_loudness(line: str, count: int) -> None:
    assert loudness(shlex.split(line)) == count
