"""Printed commands, pasted into real shells, arrive at the tool as the argv that was meant: a recorder in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard.model.remedy import Step
from pyguard.model.verdict import Level, Verdict
from pyguard.remedy import propose
from pyguard.render.words import command_line
from tests.conda.requests import REQUESTS, facts_for, read_request
from tests.hooks.terminals import SHELLS, Shell, installed, run_shell, type_lines

RECORDER = '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >>"$RECORD"; printf "\\n\\0" >>"$RECORD"\n'
HARD = ("numpy >=1,<2.0a0", "x!=1.*", "a=1|b", "1!2.0", "it's", "back\\slash", "two\\\\", "end\\", "\\'", "$HOME",
        "`id`", "!!", "~", "=ls", "%self", "%1", "*", "?", "[a]", "{a,b}", "(a)", "a;b", "a&b", "#x", "a#b", '"', "",
        " ", "-e", "é", "汉", "a\nb", "a\tb", "\x1b[31m", "\udcff", "^x", "x^y", "<", ">", "name@ url", "a:b", "a=~/b",
        "$(id)", "\\n", "@x")


def record_in(shell: Shell, text: str, directory: Path, typed: bool = False) -> list[list[bytes]]:
    record = directory / "record"
    record.unlink(missing_ok=True)
    environ = {"PATH": f"{directory}:/usr/bin:/bin", "HOME": str(directory), "RECORD": str(record), "LC_ALL": "C.UTF-8",
               "XDG_CONFIG_HOME": str(directory), "XDG_DATA_HOME": str(directory)}
    if typed:
        type_lines(shell, text.splitlines(), environ)
    else:
        done = run_shell(shell, text, environ)
        assert done.returncode == 0, done.stderr
    runs = record.read_bytes().split(b"\n\0")[:-1]
    return [run.split(b"\0")[:-1] for run in runs]


def as_bytes(words: tuple[str, ...]) -> list[bytes]:
    return [word.encode("utf-8", "surrogateescape") for word in words]


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("recorder")
    for name in ("conda", "pipx", "uv", "pyguard", "sudo", "apt-get"):
        (directory / name).write_text(RECORDER)
        (directory / name).chmod(0o755)
    return directory


def skip_unless_installed(shell: Shell) -> None:
    if not installed(shell):
        pytest.skip(f"no {shell.name} here")


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_hard_words(shell: Shell, recorder: Path) -> None:
    skip_unless_installed(shell)
    text = "\n".join(command_line(("conda", word, "end")) for word in HARD)
    assert record_in(shell, text, recorder) == [as_bytes((word, "end")) for word in HARD]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.lists(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)),
                                       max_size=12).filter(lambda text: not text.endswith("\n")), max_size=4),
                      min_size=1, max_size=20))
def test_any_words(shell: Shell, recorder: Path, words: list[list[str]]) -> None:
    skip_unless_installed(shell)
    text = "\n".join(command_line(("conda", *line)) for line in words)
    assert record_in(shell, text, recorder) == [as_bytes(tuple(line)) for line in words]


def printed_steps() -> list[Step]:
    """Every command of every conda remedy for the 200 requests that begins with the tool's name alone."""
    found: dict[tuple[str, ...], Step] = {}
    for words in REQUESTS:
        request = read_request(words)
        for remedy in propose(facts_for(request), request, Verdict(Level.BLOCK)):
            found.update({step.argv: step for step in remedy.steps if "/" not in step.argv[0]})
    return list(found.values())


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_every_command_for_200_requests_pasted(shell: Shell, recorder: Path) -> None:
    skip_unless_installed(shell)
    steps = printed_steps()
    assert len(steps) > 200
    text = "\n".join(command_line(step.argv) for step in steps)
    assert record_in(shell, text, recorder) == [as_bytes(step.argv[1:]) for step in steps]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_typed_at_a_prompt(shell: Shell, recorder: Path) -> None:
    """Where history and other expansions of interactive shells are on."""
    skip_unless_installed(shell)
    lines = [("create", "-n", "x-py311", "1!2.0", "a !=1.*", "it's!", "=ls", "x>=1,<2.0a0", "back\\slash", "!$ !! !x"),
             ("create", "numpy >=1,<2.0a0", "pandas==2.*")]
    text = "\n".join(command_line(("conda", *line)) for line in lines)
    assert record_in(shell, text, recorder, typed=True) == [as_bytes(line) for line in lines]


def test_the_recorder_records(recorder: Path) -> None:
    assert record_in(SHELLS[-1], "conda 'a b' ''", recorder) == [[b"a b", b""]]
