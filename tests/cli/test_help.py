"""Every command answers --help on standard output and exits 0, whoever reads its words; a mistake stays one."""

from __future__ import annotations

import pytest

from pyguard.cli.hook import SUBCOMMANDS
from pyguard.cli.main import COMMANDS, GUARDED, main

ASKED = [(name,) for name in (*COMMANDS, *GUARDED)] + [("hook", name) for name in SUBCOMMANDS]


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_help(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], option: str) -> None:
    try:
        code = main([*words, option])
    except SystemExit as done:
        code = int(done.code or 0)
    said = capsys.readouterr()
    assert (code, said.err) == (0, "") and said.out.startswith(f"usage: pyguard {' '.join(words)} ".rstrip())


def test_help_of_a_command_by_the_word_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "log"]) == 0
    assert capsys.readouterr().out.startswith("usage: pyguard log ")


@pytest.mark.parametrize("words", [("log", "--frob"), ("policy", "shw"), ("help", "frobnicate"), ("pip", "install")])
def test_a_mistake_is_an_error(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("pyguard: ")
