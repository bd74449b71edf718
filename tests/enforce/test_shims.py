"""The directory of shims: who is linked, what is left alone, and that it can be taken away again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pyguard.enforce.shims import MANIFEST, SHIM, find_tools, refresh, remove
from pyguard.errors import PyguardError
from pyguard.host import Host

UID = os.getuid()
PROGRAMS = {SHIM: "#!/bin/sh\nexit 42\n"}
TEXTS = {".pyguard-engine": "/opt/python\n"}


def program(path: Path, mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


def test_tools_are_found_where_they_are_programs(tmp_path: Path) -> None:
    for name in ("usr/bin/pip3", "usr/bin/pip3.11", "usr/bin/easy_install-3.11", "usr/bin/pipdeptree", "opt/bin/uv",
                 "shims/poetry", "venv/bin/pdm", "usr/bin/pip-3", "relative/conda"):
        program(tmp_path / name)
    program(tmp_path / "usr/bin/pipx", 0o644)
    (tmp_path / "usr/bin/mamba").mkdir()
    (tmp_path / "usr/bin/pip").symlink_to("pip3")
    (tmp_path / "usr/bin/pipenv").symlink_to("nowhere")
    (tmp_path / "venv/pyvenv.cfg").write_text("")
    program(tmp_path / "other/.pyguard-shim")
    program(tmp_path / "other/conda")
    path = ("/usr/bin", "/opt/bin", "/shims", "/other", "/venv/bin", "relative", "", "/absent", "/usr/bin")
    assert find_tools(Host(str(tmp_path)), path, "/shims") == ("easy_install-3.11", "pip", "pip3", "pip3.11", "uv")


def test_links_appear_and_disappear_with_the_tools(home: Path) -> None:
    shims = home / ".local" / "shims"
    first = refresh(str(shims), ("pip", "uv"), PROGRAMS, TEXTS, UID)
    assert (first.added, first.removed, first.linked) == (("pip", "uv"), (), ("pip", "uv"))
    assert os.readlink(shims / "pip") == SHIM
    assert (shims / SHIM).stat().st_mode & 0o777 == 0o755
    inode = (shims / "pip").lstat().st_ino
    second = refresh(str(shims), ("pip", "pipx"), PROGRAMS, TEXTS, UID)
    assert (second.added, second.removed) == (("pipx",), ("uv",))
    assert (shims / "pip").lstat().st_ino == inode    # what is right is not touched
    assert sorted(os.listdir(shims)) == [".pyguard-engine", MANIFEST, SHIM, "pip", "pipx"]
    assert json.loads((shims / MANIFEST).read_text())["links"] == ["pip", "pipx"]


def test_the_mask_does_not_matter(home: Path) -> None:
    before = os.umask(0o077)
    try:
        refresh(str(home / "made" / "shims"), ("pip",), PROGRAMS, TEXTS, UID)
    finally:
        os.umask(before)
    modes = [place.stat().st_mode & 0o777 for place in (home / "made", home / "made/shims", home / "made/shims" / SHIM)]
    assert modes == [0o755] * 3


def test_a_file_of_somebody_elses_stays(home: Path) -> None:
    shims = home / "shims"
    shims.mkdir()
    (shims / "pip").write_text("mine")
    (shims / "uv").symlink_to("/usr/bin/uv")
    done = refresh(str(shims), ("pip", "pipx", "uv"), PROGRAMS, TEXTS, UID)
    assert (done.linked, done.foreign) == (("pipx",), ("pip", "uv"))
    assert remove(str(shims), UID)
    assert sorted(os.listdir(shims)) == ["pip", "uv"]
    assert (shims / "pip").read_text() == "mine"


def test_what_was_made_is_taken_away_and_no_more(home: Path) -> None:
    (home / ".local").mkdir()
    shims = home / ".local" / "share" / "pyguard" / "shims"
    refresh(str(shims), ("pip",), PROGRAMS, TEXTS, UID)
    refresh(str(shims), ("pip", "uv"), PROGRAMS, TEXTS, UID)
    assert remove(str(shims), UID)
    assert sorted(home.rglob("*")) == [home / ".local"]
    assert not remove(str(shims), UID)


def test_a_directory_in_use_stays(home: Path) -> None:
    shims = home / "share" / "shims"
    refresh(str(shims), ("pip",), PROGRAMS, TEXTS, UID)
    (home / "share" / "other").write_text("")
    remove(str(shims), UID)
    assert sorted(home.rglob("*")) == [home / "share", home / "share" / "other"]


@pytest.mark.parametrize("damage", ["", "not json", "[]", '{"links": 3}'])
def test_a_damaged_manifest_hinders_nothing(home: Path, damage: str) -> None:
    shims = home / "shims"
    refresh(str(shims), ("pip", "uv"), PROGRAMS, TEXTS, UID)
    (shims / MANIFEST).write_text(damage)
    refresh(str(shims), ("pip",), PROGRAMS, TEXTS, UID)
    (shims / MANIFEST).write_text(damage)
    (shims / ".pyguard-new-1").write_text("left by a killed process")
    assert remove(str(shims), UID)
    assert list(shims.iterdir()) == []


def test_a_link_for_another_file_is_not_made_over_a_directory(home: Path) -> None:
    (home / "shims" / "pip").mkdir(parents=True)
    assert refresh(str(home / "shims"), ("pip",), PROGRAMS, TEXTS, UID).foreign == ("pip",)


def test_where_others_can_write_there_are_no_shims(home: Path) -> None:
    (home / "open").mkdir()
    (home / "open").chmod(0o777)
    for shims in (home / "open", home / "open" / "shims"):
        with pytest.raises(PyguardError, match="can be changed by others"):
            refresh(str(shims), ("pip",), PROGRAMS, TEXTS, UID)
    (home / "file").write_text("")
    with pytest.raises(PyguardError):
        refresh(str(home / "file" / "shims"), ("pip",), PROGRAMS, TEXTS, UID)


def test_root_puts_nothing_into_a_users_directory(home: Path) -> None:
    if UID != 0:
        pytest.skip("needs root: a directory of another user's")
    (home / "alice").mkdir()
    os.chown(home / "alice", 1234, 1234)
    with pytest.raises(PyguardError, match="can be changed by others"):
        refresh(str(home / "alice" / "shims"), ("pip",), PROGRAMS, TEXTS, 0)
    (home / "link").symlink_to(home / "alice")
    with pytest.raises(PyguardError, match="can be changed by others"):
        refresh(str(home / "link" / "shims"), ("pip",), PROGRAMS, TEXTS, 0)


def test_a_read_only_directory_is_one_clear_error(home: Path) -> None:
    if UID == 0:
        with pytest.raises(PyguardError):
            refresh("/proc/self/shims", ("pip",), PROGRAMS, TEXTS, 0)
        return
    (home / "shims").mkdir(mode=0o555)
    with pytest.raises(PyguardError, match="could not be written"):
        refresh(str(home / "shims"), ("pip",), PROGRAMS, TEXTS, UID)
