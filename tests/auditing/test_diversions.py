"""What an administrator has put in the place of a diverted file is theirs: never strange, never moved away."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.auditing.audit import audit
from pyguard.auditing.repairs import plan_repair
from pyguard.auditing.repairs.owned import find_owned
from pyguard.auditing.world import World, look_around
from pyguard.facts.accounts import read_accounts
from pyguard.host import Host
from pyguard.model.damage import FilesDamaged, ModuleBesideScript
from pyguard.model.impact import GuardRemoved, InterpreterReplaced
from pyguard.model.repair import Left
from pyguard.model.settings import Settings
from tests.auditing.trees import MARKER, GivenTree, TreeFile, damage, pristine
from tests.facts.debian_host import SITE

SIX = f"{SITE}/six.py"
TEXT = "__version__ = '1.16.0'\n"


def diverted(root: Path, path: str, text: str, *files: TreeFile, by: str = ":") -> World:
    """As `dpkg-divert --rename --add` leaves it, and with what was put there."""
    tree = pristine(root)
    damage(tree, GivenTree((path,), (TreeFile("/var/lib/dpkg/diversions", f"{path}\n{path}.distrib\n{by}\n"),
                                     TreeFile(f"{path}.distrib", text), *files)))
    return look_around(tree.host, read_accounts(tree.host), environ={}, uid=0, cwd="/")


@pytest.mark.parametrize("by", [":", "python3-better"])
def test_a_replacement_is_known_and_stays(by: str, tmp_path: Path) -> None:
    world = diverted(tmp_path / "root", SIX, TEXT, TreeFile(SIX, "patched = True\n"), by=by)
    report = audit(world, Settings())
    assert report.effects == () and plan_repair(world, report.effects, 0).actions == ()
    found = plan_repair(world, [ModuleBesideScript(SIX, "six", "python3-six")], 0)
    assert found.actions == () and "stays" in found.left[0].advice
    assert find_owned(world, SIX)[1] == ("a local diversion (dpkg-divert)" if by == ":" else by)


def test_a_directory_that_holds_one_stays_too(tmp_path: Path) -> None:
    root = tmp_path / "root"
    tree = pristine(root)
    damage(tree, GivenTree(files=(TreeFile(f"{SITE}/mine/part.py"), TreeFile(f"{SITE}/mine/other.py"), TreeFile(
        "/var/lib/dpkg/diversions", f"{SITE}/mine/part.py\n{SITE}/mine/part.py.distrib\n:\n"))))
    world = look_around(tree.host, read_accounts(tree.host), environ={}, uid=0, cwd="/")
    report = audit(world, Settings())
    assert [effect.paths for effect in report.effects] == [(f"{SITE}/mine/other.py",)]
    assert find_owned(world, f"{SITE}/mine") == (f"{SITE}/mine", "a local diversion (dpkg-divert)")


def test_where_nothing_was_put_it_is_said_and_left_to_a_person(tmp_path: Path) -> None:
    world = diverted(tmp_path / "root", SIX, TEXT)
    report = audit(world, Settings())
    [effect] = report.effects
    assert isinstance(effect, FilesDamaged) and effect.missing == (SIX,) and "firewalld" in effect.tools
    found = plan_repair(world, report.effects, 0)
    assert found.actions == ()
    assert found.left == (Left(f"{SIX} was diverted to {SIX}.distrib, and nothing stands there",
                               f"sudo dpkg-divert --rename --remove {SIX}"),)


def test_what_a_package_diverts_and_hides_is_its_own_business(tmp_path: Path) -> None:
    assert audit(diverted(tmp_path / "root", SIX, TEXT, by="python3-better"), Settings()).effects == ()


def test_the_guard_turned_away_is_a_guard_removed(tmp_path: Path) -> None:
    world = diverted(tmp_path / "root", MARKER, "[externally-managed]\nError=ask apt\n")
    report = audit(world, Settings())
    assert report.effects == (GuardRemoved(MARKER, f"was diverted to {MARKER}.distrib"),)
    found = plan_repair(world, report.effects, 0)
    assert found.actions == () and found.left[0].advice == f"sudo dpkg-divert --rename --remove {MARKER}"


PYTHON = "/usr/bin/python3"
BACK = f"sudo dpkg-divert --rename --remove {PYTHON}"
HOW = f"it was diverted to {PYTHON}.distrib, and has to lead to /usr/bin/python3.11"


@pytest.mark.parametrize(("there", "target", "advice"), [
    ((), "", BACK), ((TreeFile(PYTHON, "#!/bin/sh\n"),), "a file of its own",
                     f"sudo mv -T {PYTHON} {PYTHON}.replaced && {BACK}")], ids=["nothing", "another"])
def test_the_interpreter_turned_away_is_one_replaced(there: tuple[TreeFile, ...], target: str, advice: str,
                                                     tmp_path: Path) -> None:
    world = diverted(tmp_path / "root", PYTHON, "", *there)
    report = audit(world, Settings())
    assert report.effects == (InterpreterReplaced(PYTHON, target, HOW),)
    found = plan_repair(world, report.effects, 0)
    assert found.actions == () and found.left == (Left(f"{PYTHON}: {HOW}", advice),)


def test_the_interpreter_that_still_leads_where_it_has_to(tmp_path: Path) -> None:
    root = tmp_path / "root"
    diverted(root, PYTHON, "")
    (root / PYTHON[1:]).symlink_to("python3.11")
    host = Host(str(root))
    assert audit(look_around(host, read_accounts(host), environ={}, uid=0, cwd="/"), Settings()).effects == ()
