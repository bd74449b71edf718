"""What `pyguard repair` says after it has looked again: no more than it has tried."""

from __future__ import annotations

import argparse
import io
import os
from pathlib import Path

import pytest

from pyguard.auditing.world import look_around
from pyguard.cli.repair import _carry_out, _verify
from pyguard.facts.accounts import read_accounts
from pyguard.model.repair import Action, Phase, RepairPlan, Verb
from tests.auditing.test_tools import Running
from tests.auditing.trees import pristine


@pytest.mark.parametrize(("affected", "said"), [
    ({"firewalld", "/usr/lib/python3/dist-packages"}, ", and the programs that stand on it start"),
    ({"/usr/lib/python3/dist-packages"}, ""),
])
def test_programs_are_spoken_of_where_some_were_tried(affected: set[str], said: str, tmp_path: Path) -> None:
    tree = pristine(tmp_path / "root")
    host = Running(str(tree.root))
    world = look_around(host, read_accounts(host), environ={}, uid=0, cwd="/")
    stdout, stderr = io.StringIO(), io.StringIO()
    assert _verify(world, frozenset(affected), RepairPlan(), stdout, stderr)
    assert stdout.getvalue() == f"looked again: nothing of it is left{said}\n"
    assert bool(host.ran) == bool(said)


def test_each_step_is_named_when_it_is_carried_out(tmp_path: Path) -> None:
    """Not by its reason alone, which many steps share."""
    host = Running(str(pristine(tmp_path / "root").root))
    world = look_around(host, read_accounts(host), environ={}, uid=os.geteuid(), cwd="/")
    paths = [tmp_path / "six.py", tmp_path / "six.pth"]
    for path in paths:
        path.touch()
    (tmp_path / "changes").mkdir()
    actions = tuple(Action(Phase.SHADOWS, Verb.QUARANTINE, str(path), "in front of python3-six") for path in paths)
    stdout = io.StringIO()
    assert not _carry_out(world, RepairPlan(actions), argparse.Namespace(offline=True), {}, str(tmp_path / "changes"),
                          "20260101-000000-0001", stdout)
    assert stdout.getvalue().splitlines() == [f"now: move {path} away" for path in paths]
    assert not any(path.exists() for path in paths)
