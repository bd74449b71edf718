"""What setuptools' `develop` leaves: the link goes whatever hyphens are in its name, and the project stays."""

from __future__ import annotations

from pathlib import Path

from pyguard.model.repair import Verb
from tests.auditing.test_repairs import LOCAL, paths, plan
from tests.auditing.trees import GivenTree, TreeFile

SOURCE = "/opt/source"


def test_a_link_with_a_hyphen_goes_with_its_line(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(
        TreeFile(f"{SOURCE}/six.py"), TreeFile(f"{SOURCE}/my_six.egg-info/PKG-INFO", "Name: my-six\nVersion: 9\n"),
        TreeFile(f"{SOURCE}/my_six.egg-info/top_level.txt", "six\n"),
        TreeFile(f"{LOCAL}/my-six.egg-link", f"{SOURCE}\n."), TreeFile(f"{LOCAL}/easy-install.pth", f"{SOURCE}\n"))))
    assert paths(found) == [f"{LOCAL}/my-six.egg-link"] and found.left == ()
    assert paths(found, Verb.COMMENT) == [f"{LOCAL}/easy-install.pth"]


def test_what_is_left_of_another_project_is_no_damage(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree(files=(TreeFile(f"{LOCAL}/six-extra.egg-link", "/home/alice/gone\n."),)))
    assert found.actions == () and found.left == ()
