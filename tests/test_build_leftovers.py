"""What builds left beside editable sources: what may go, and what something still needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.inventory import Asker, take_stock
from pyguard.render.cleaning import render_plan
from pyguard.storage.cleaning import Wish, plan_cleaning
from tests.facts.conda_tree import write

UID = 65533    # not root: nobody else's home is looked into


def leftovers(home: Path) -> set[str]:
    report = take_stock(Host(), Asker({"HOME": str(home), "PATH": "/usr/bin"}, str(home), UID), (), True)
    shown = render_plan(plan_cleaning(report, Wish()), "")
    found = {each.path for each in report.artefacts}
    assert all(f"what a build left in {path}:" in shown for path in found)
    return found


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venvs" / "web")], check=True)
    return tmp_path / ".venvs" / "web"


def test_what_a_build_left_beside_an_editable_installation(venv: Path, tmp_path: Path) -> None:
    site = next(venv.glob("lib/python*/site-packages"))
    source = tmp_path / "work" / "simple_math"
    url = {"url": source.as_uri(), "dir_info": {"editable": True}}
    write(site / "simple_math-0.1.dist-info" / "direct_url.json", json.dumps(url))
    for name in ("setup.py", "build/lib/simple_math/__init__.py", "simple_math.egg-info/PKG-INFO",
                 "src/other.egg-info/PKG-INFO", "notes.egg-info/README"):
        write(source / name, "x")
    left = leftovers(venv.parents[1])
    assert left == {str(source / name) for name in ("build", "simple_math.egg-info", "src/other.egg-info")}
    write(source / "build" / "__editable__.simple_math-0.1-py3-none-any" / "x.py", "what is imported")
    assert str(source / "build") not in leftovers(venv.parents[1])


@pytest.mark.parametrize(("where", "name", "text"), [
    ("environment", "foo.egg-link", "{source}\n."), ("environment", "foo.egg-link", "{source}/src\n../"),
    ("environment", "foo.egg-link", "{link}\n."), ("environment", "conda.pth", "{source}/src\n"),
    ("environment", "easy-install.pth", "import os\n../../../../../work\n"),
    ("user", "foo.egg-link", "{source}\n."), ("user", "easy-install.pth", "{source}\n")])
def test_metadata_that_something_else_needs_is_no_leftover(where: str, name: str, text: str, venv: Path,
                                                           tmp_path: Path) -> None:
    """An older editable installation, `conda develop`: the egg-info beside the source is the only metadata there."""
    home = venv.parents[1]
    source, link = home / "work", tmp_path / "a link"
    link.symlink_to(source)
    url = {"url": source.as_uri(), "dir_info": {"editable": True}}
    site = next(venv.glob("lib/python*/site-packages"))
    write(site / "foo-0.1.dist-info" / "direct_url.json", json.dumps(url))
    write(site / "__editable__.foo-0.1.pth", f"{source}/src\n{source}\n")
    for each in ("setup.py", "build/lib/foo.py", "foo.egg-info/PKG-INFO", "src/foo.egg-info/PKG-INFO"):
        write(source / each, "x")
    both = {str(source / "foo.egg-info"), str(source / "src/foo.egg-info")}
    assert leftovers(home) == both | {str(source / "build")}
    other = home / ".virtualenvs/other"
    write(other / "pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n")
    where = other / "lib/python3.11/site-packages" if where == "environment" else (
        home / ".local/lib/python3.11/site-packages")
    write(where / name, text.format(source=source, link=link))
    needed = str(source / "src/foo.egg-info" if "/src" in text else source / "foo.egg-info")
    assert leftovers(home) == both - {needed} | {str(source / "build")}


def test_what_is_imported_from_build_is_no_leftover(venv: Path) -> None:
    """setuptools' develop with use_2to3 named build/lib."""
    home = venv.parents[1]
    site = next(venv.glob("lib/python*/site-packages"))
    url = {"url": (home / "work").as_uri(), "dir_info": {"editable": True}}
    write(site / "foo-0.1.dist-info" / "direct_url.json", json.dumps(url))
    for each in ("setup.py", "build/lib/foo.py"):
        write(home / "work" / each, "x")
    assert leftovers(home) == {str(home / "work/build")}
    write(site / "own.pth", f"{home}/work/build/lib\n")
    assert leftovers(home) == set()


@pytest.mark.parametrize("name", ["libfoo.so", "libnotes.txt", "library/x", "lib", "temp.txt", "Makefile"])
def test_a_build_directory_with_something_else_in_it_stays(name: str, venv: Path) -> None:
    home = venv.parents[1]
    site = next(venv.glob("lib/python*/site-packages"))
    url = {"url": (home / "work").as_uri(), "dir_info": {"editable": True}}
    write(site / "foo-0.1.dist-info" / "direct_url.json", json.dumps(url))
    for each in ("setup.py", "build/lib.linux-x86_64/foo.py", "build/bdist.linux/x", "build/temp.linux/x",
                 "build/scripts-3.11/x"):
        write(home / "work" / each, "x")
    assert leftovers(home) == {str(home / "work/build")}
    write(home / "work/build" / name, "mine")
    assert leftovers(home) == set()
