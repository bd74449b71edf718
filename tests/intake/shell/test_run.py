"""The shell reader: what it finds in real shapes, and that nothing makes it raise or hang."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard.intake.circumstances import Ground, User
from pyguard.intake.shell.reader import read_shell
from pyguard.intake.shell.run import ShellRun
from pyguard.intake.shell.state import State
from pyguard.intake.source_text import SourceText

PIECES = st.sampled_from([
    "pip install x", "if", "then", "fi", "else", "case", "esac", "in", "for", "do", "done", "while", "{", "}", "(", ")",
    "&&", "||", "|", ";", "&", ";;", "\n", "'", '"', "`", "$(", "${", "$((", "))", "<<EOF\n", "EOF\n", "<<<", ">", ">>",
    "\\", "\\\n", "#", "x=1", "x+=(", "[[", "]]", "sudo", "bash -c", "eval", "f()", "function f", ". v/bin/activate",
    "deactivate", "\0", "\udc80", "é", "  ", "\t", "export PATH=v/bin:$PATH", "$x", "~", "*", "!", "time", "exec"])


def found_in(text: str) -> list[tuple[int, tuple[str, ...], Ground]]:
    shell = ShellRun()
    shell.run_script(SourceText(text, "x.sh"), State())
    return [(each.location.line, each.argv, each.circumstances.active.ground) for each in shell.found]


def grounds(text: str) -> list[Ground]:
    return [ground for _, argv, ground in found_in(text) if "pip" in argv[0]]


@given(st.lists(PIECES, max_size=40).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_it_never_raises_and_lines_lie_in_the_text(text: str) -> None:
    for line, argv, _ in found_in(text):
        assert argv
        assert 1 <= line <= text.count("\n") + 1


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    read_shell(text)


@pytest.mark.parametrize("text", ["(" * 5000, "$(" * 2000, "{ " * 3000, "if " * 2000, "`" * 4001, '"$(' * 500,
                                  "<<E\n" * 3000, "case x in " * 800, "f() { f; }; f", "x=$x$x; " * 60 + "echo $x",
                                  "eval eval eval x", "a" * 200_000, "\\\n" * 5000])
def test_what_nobody_writes_ends(text: str) -> None:
    found_in(text)


@pytest.mark.parametrize(("text", "line"), [
    ("\n\npip install x", 3), ("true && \\\n  pip install x", 2), ("cat <<E\npip no\nE\npip install x", 4),
    ("bash -c '\n\npip install x'", 3), ("x=$(true\npip install x)", 2), ("if true\nthen\npip install x\nfi", 3),
])
def test_lines_are_those_of_the_file(text: str, line: int) -> None:
    assert [found for found, argv, _ in found_in(text) if argv[0] == "pip"] == [line]


@pytest.mark.parametrize(("text", "expected"), [
    ("pip install x", [Ground.HOST]),
    (". v/bin/activate; pip install x", [Ground.VENV]),
    (". v/bin/activate; deactivate; pip install x", [Ground.HOST]),
    ("( . v/bin/activate ); pip install x", [Ground.HOST]),
    ("{ . v/bin/activate; }; pip install x", [Ground.VENV]),
    (". v/bin/activate && sudo pip install x", [Ground.HOST]),
    ("conda activate work; pip install x", [Ground.CONDA]),
    ("conda activate; pip install x", [Ground.CONDA_BASE]),
    ("conda run -n work pip install x", [Ground.CONDA]),
    ("export PATH=/opt/venv/bin:$PATH; pip install x", [Ground.VENV]),
    ("PATH=/opt/venv/bin:$PATH pip install x; pip install y", [Ground.VENV, Ground.HOST]),
    ("pyenv global 3.12; pip install x", [Ground.PRIVATE]),
    ("if [ -n \"$VIRTUAL_ENV\" ]; then pip install x; else pip install y; fi", [Ground.VENV, Ground.HOST]),
    ("[ -z \"$VIRTUAL_ENV\" ] && exit 1; pip install x", [Ground.VENV]),
    ("if [ -f v ]; then . v/bin/activate; fi; pip install x", [Ground.VENV]),
    ("a() { . v/bin/activate; }; pip install x; a; pip install y", [Ground.HOST, Ground.VENV]),
])
def test_state_follows_the_commands(text: str, expected: list[Ground]) -> None:
    assert grounds(text) == expected


@pytest.mark.parametrize(("text", "argv"), [
    ("p='pip3 -q'; $p install x", ("pip3", "-q", "install", "x")),
    ("a=(pip install); \"${a[@]}\" x", ("pip", "install", "x")),
    ("P=pip; P+=3; $P install x", ("pip3", "install", "x")),
    ("${PIP:-pip3} install x", ("pip3", "install", "x")),
    ("pip install {a,b}", ("pip", "install", "a", "b")),
    ("sudo -H -E env A=b nice -n 3 pip install x", ("pip", "install", "x")),
    ("retry timeout 3 pip install x", ("pip", "install", "x")),
    ("$(which pip3) install x", ("pip3", "install", "x")),
])
def test_words_are_expanded_and_wrappers_peeled(text: str, argv: tuple[str, ...]) -> None:
    assert argv in [found for _, found, _ in found_in(text)]


def test_sudo_makes_root_and_su_makes_its_user() -> None:
    shell = ShellRun()
    text = "sudo pip install x; su app -c 'pip install y'; sudo -u app pip install z"
    shell.run_script(SourceText(text, "x"), State())
    assert [each.circumstances.user for each in shell.found] == [User.ROOT, User.ORDINARY, User.ORDINARY]


@pytest.mark.parametrize("text", ["# pip install x", "echo pip install x", "cat <<E\npip install x\nE",
                                  "x='pip install y'", "grep 'pip install' y"])
def test_text_is_no_command(text: str) -> None:
    assert [argv for _, argv, _ in found_in(text) if argv[0].startswith("pip")] == []
