"""A file gets new content whole or not at all; what is no file is written to and stays what it is."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pyguard.enforce.rewrite import replace_file
from pyguard.errors import PyguardError
from tests.checkout import CHECKOUT


def test_a_file_keeps_its_mode_and_a_link_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    replace_file(str(path), "new")
    assert path.read_text() == "new" and stat.S_IMODE(path.stat().st_mode) == 0o640
    replace_file(str(link), "other")
    assert path.read_text() == "new" and link.read_text() == "other" and not link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["file", "link"]


def test_a_pipe_stays_one(tmp_path: Path) -> None:
    pipe, found = str(tmp_path / "pipe"), []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(Path(pipe).read_text()))
    reader.start()
    replace_file(pipe, "text")
    reader.join(10)
    assert found == ["text"] and stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_dev_null_stays_what_it_is() -> None:
    before = os.stat(os.devnull)
    replace_file(os.devnull, "text")
    after = os.stat(os.devnull)
    assert stat.S_ISCHR(after.st_mode) and (before.st_ino, before.st_rdev) == (after.st_ino, after.st_rdev)


@pytest.mark.parametrize("piped", [True, False])
def test_standard_output_by_name(tmp_path: Path, piped: bool) -> None:
    code = "from pyguard.enforce.rewrite import replace_file; replace_file('/dev/stdout', 'text')"
    before = os.readlink("/dev/stdout")
    with open(tmp_path / "out", "w+", encoding="utf-8") as out:
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE if piped else out, check=True,
                              env={"PYTHONPATH": str(CHECKOUT)}, text=True)
        out.seek(0)
        assert (done.stdout if piped else out.read()) == "text"
    assert os.readlink("/dev/stdout") == before


def test_a_directory_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PyguardError, match="cannot be written"):
        replace_file(str(tmp_path), "text")
    assert os.listdir(tmp_path) == []
