"""Where an OS package has a directory stands something else: nothing goes through it, and the rest is repaired."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.model.repair import Left, Verb
from tests.auditing.test_repairs import paths, plan
from tests.auditing.trees import GivenTree, TreeFile, TreeLink
from tests.facts.debian_host import SITE

PIP = f"{SITE}/pip"


@pytest.mark.parametrize(("there", "kind"), [
    (GivenTree((PIP, f"{SITE}/six.py"), links=(TreeLink(PIP, "/opt/not-there"),)), "a link to /opt/not-there"),
    (GivenTree((PIP, f"{SITE}/six.py"), (TreeFile(PIP),)), "a file"),
    (GivenTree((PIP, f"{SITE}/six.py"), (TreeFile("/home/alice/pip/__init__.py", "mine = True\n"),),
               (TreeLink(PIP, "/home/alice/pip"),)), "a link to /home/alice/pip"),
], ids=["a link to nothing", "a file", "a link into a home"])
def test_it_is_left_to_a_person(there: GivenTree, kind: str, tmp_path: Path) -> None:
    found = plan(tmp_path / "root", there)
    assert paths(found, Verb.RESTORE) == ["python3-six"]
    assert found.left == (Left(f"{PIP} stands where python3-pip has a directory: {kind}",
                               f"sudo mv -T {PIP} {PIP}.replaced, then sudo pyguard repair"),)


def test_a_link_to_another_place_of_roots_is_followed_as_dpkg_does(tmp_path: Path) -> None:
    found = plan(tmp_path / "root", GivenTree((PIP,), (TreeFile("/opt/pip/__init__.py", "other = True\n"),),
                                              (TreeLink(PIP, "/opt/pip"),)))
    assert paths(found, Verb.RESTORE) == ["python3-pip"] and found.left == ()
