"""What `pyguard repair` says after it has looked again: no more than it has tried."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pyguard.auditing.world import look_around
from pyguard.cli.repair import _verify
from pyguard.facts.accounts import read_accounts
from pyguard.model.repair import RepairPlan
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
