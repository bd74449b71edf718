"""The table of subcommands is the modules there are, and an unknown one shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

import pyguard.cli
from pyguard.cli.hook import SUBCOMMANDS
from pyguard.cli.main import main

HELPERS = {"hook_targets", "hook_shells"}    # shared by the subcommands, none itself


def test_every_module_is_a_subcommand() -> None:
    modules = {path.stem for path in Path(str(pyguard.cli.__file__)).parent.glob("hook_*.py")}
    assert modules - HELPERS == {module for module, _ in SUBCOMMANDS.values()}


def test_an_unknown_subcommand_shows_the_others_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hook", "nonsense"]) == 2
    shown = capsys.readouterr().err
    assert "\\n" not in shown and all(f"\n    {name}" in shown for name in SUBCOMMANDS)
