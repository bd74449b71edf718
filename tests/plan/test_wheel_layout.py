"""Wheels laid out below a scratch directory: where the format says, and nowhere else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pyguard.errors import PyguardError
from pyguard.model.plan import Target
from pyguard.plan.wheel_layout import lay

TARGET = Target("/usr/local/lib/python3/dist-packages", "/usr/local/lib64/python3/dist-packages", "/usr/local/bin", "x")
INFO = "thing-1.0.dist-info"


def wheel(path: Path, files: dict[str, str], pure: bool = True) -> str:
    place = path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(f"{INFO}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: {str(pure).lower()}\n")
        for name, text in files.items():
            archive.writestr(name, text)
    return str(place)


@pytest.mark.parametrize(("name", "pure", "expected"), [
    ("thing/__init__.py", True, "/usr/local/lib/python3/dist-packages/thing/__init__.py"),
    ("thing.so", False, "/usr/local/lib64/python3/dist-packages/thing.so"),
    ("thing-1.0.data/purelib/x.py", False, "/usr/local/lib/python3/dist-packages/x.py"),
    ("thing-1.0.data/scripts/run", True, "/usr/local/bin/run"),
    ("thing-1.0.data/data/lib/libx.so", True, "/usr/local/lib/libx.so"),
    ("thing-1.0.data/headers/x.h", True, "/usr/local/include/x.h")])
def test_each_part_goes_to_its_place(tmp_path: Path, name: str, pure: bool, expected: str) -> None:
    laid = lay(wheel(tmp_path, {name: "x"}, pure), TARGET, "/usr/bin/python3", str(tmp_path / "tree"))
    assert expected in laid.files
    assert (tmp_path / "tree" / expected[1:]).read_text() == "x"


def test_entry_points_become_programs(tmp_path: Path) -> None:
    files = {f"{INFO}/entry_points.txt": "[console_scripts]\nrun = thing.cli:main\n../up = a:b\n[other]\nx = y:z\n"
             "[gui_scripts]\nshow = thing.gui:main\n"}
    laid = lay(wheel(tmp_path, files), TARGET, "/usr/bin/python3", str(tmp_path / "tree"))
    assert laid.commands == ("/usr/local/bin/run", "/usr/local/bin/show")
    assert "from thing.cli import main" in (tmp_path / "tree/usr/local/bin/run").read_text()


@pytest.mark.parametrize("name", ["../outside.py", "/etc/outside", "a/../../outside", "thing-1.0.data/nowhere/x"])
def test_what_would_leave_its_place_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PyguardError):
        lay(wheel(tmp_path, {name: "x"}), TARGET, "/usr/bin/python3", str(tmp_path / "a/b/tree"))
    assert not list(tmp_path.rglob("outside*"))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_of_a_damaged_wheel_nothing_is_laid_out(tmp_path: Path, method: int) -> None:
    place = Path(wheel(tmp_path, {"thing/whole.py": "x"}))
    with zipfile.ZipFile(place, "a", method) as archive:
        archive.writestr("thing/damaged.py", "".join(map(str, range(2000))))
        info = archive.getinfo("thing/damaged.py")
    with place.open("r+b") as file:
        file.seek(info.header_offset + 30 + len("thing/damaged.py") + 20)
        file.write(b"\xff" * 200)
    with pytest.raises(PyguardError, match="not a readable wheel"):
        lay(str(place), TARGET, "/usr/bin/python3", str(tmp_path / "tree"))
    assert not [path for path in (tmp_path / "tree").rglob("*") if path.is_file()]


def test_what_is_no_wheel_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_text("nothing")
    with pytest.raises(PyguardError, match="not a readable wheel"):
        lay(str(tmp_path / "x.whl"), TARGET, "/usr/bin/python3", str(tmp_path / "tree"))
