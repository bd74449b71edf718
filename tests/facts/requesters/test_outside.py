"""Python of OS packages outside of the directories for programs and distributions."""

from __future__ import annotations

from pathlib import Path

from pyguard.facts.index import Index, open_index
from tests.facts.debian_host import OS_SITE, SITE, DebianHost

STDLIB = "/usr/lib/python3.11"


def index(tmp_path: Path) -> Index:
    debian = DebianHost(tmp_path)
    debian.package("libpython3.11", files=(f"{STDLIB}/os.py",))
    debian.package("python3", files=("/usr/bin/python3",), Depends="libpython3.11-stdlib")
    debian.package("python3-x", files=(f"{SITE}/x/__init__.py",), Depends="python3")
    shared = tuple(f"/usr/share/shared/{name}" for name in ("run", "data", "own/__init__.py", "own/inner/__init__.py"))
    debian.package("shared", files=shared, Depends="python3-x")
    debian.write("/usr/share/shared/run", "#!/usr/bin/python3 -s\n", 0o755)
    debian.write("/usr/share/shared/data", "#!/usr/bin/python3\n", 0o644)
    debian.package("part", files=(f"{STDLIB}/part/__init__.py", f"{STDLIB}/part/more.py", f"{STDLIB}/single.py"),
                   Depends="python3-x")
    debian.package("inside", files=("/usr/bin/inside",), Depends="libpython3.11 (>= 3.11.0), python3-x")
    debian.package("plain", files=("/usr/bin/plain",), Depends="python3-x")
    return open_index(debian.host, [OS_SITE])


def test_programs_that_may_be_started(tmp_path: Path) -> None:
    found = index(tmp_path).programs()
    assert [(item.name, item.owner and item.owner.name, item.flags) for item in found] == [
        ("/usr/share/shared/run", "shared", ("-s",))]


def test_topmost_modules(tmp_path: Path) -> None:
    assert index(tmp_path).modules_outside() == {
        "part": (f"{STDLIB}/part", f"{STDLIB}/single.py"), "shared": ("/usr/share/shared/own",)}


def test_programs_with_the_interpreter_inside(tmp_path: Path) -> None:
    assert index(tmp_path).embedders() == ("inside",)
