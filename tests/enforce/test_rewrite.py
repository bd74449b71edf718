"""A file gets new content whole or not at all; root's is written nowhere but where root said."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pyguard.enforce.rewrite import replace_file
from pyguard.errors import PyguardError
from tests.checkout import CHECKOUT

ME = os.geteuid()
SOMEBODY = 65533

def test_a_file_keeps_its_mode_and_a_link_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    replace_file(str(path), "new", ME)
    assert path.read_text() == "new" and stat.S_IMODE(path.stat().st_mode) == 0o640
    replace_file(str(link), "other", ME)
    assert path.read_text() == "new" and link.read_text() == "other" and not link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["file", "link"]


def test_a_pipe_stays_one(tmp_path: Path) -> None:
    pipe, found = str(tmp_path / "pipe"), []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(Path(pipe).read_text()))
    reader.start()
    replace_file(pipe, "text", ME)
    reader.join(10)
    assert found == ["text"] and stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_dev_null_stays_what_it_is() -> None:
    before = os.stat(os.devnull)
    replace_file(os.devnull, "text", ME)
    after = os.stat(os.devnull)
    assert stat.S_ISCHR(after.st_mode) and (before.st_ino, before.st_rdev) == (after.st_ino, after.st_rdev)


@pytest.mark.parametrize("piped", [True, False])
def test_standard_output_by_name(tmp_path: Path, piped: bool) -> None:
    code = "from pyguard.enforce.rewrite import replace_file; replace_file('//dev/./stdout', 'text', 0)"
    before = os.readlink("/dev/stdout")
    with open(tmp_path / "out", "w+", encoding="utf-8") as out:
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE if piped else out, check=True,
                              env={"PYTHONPATH": str(CHECKOUT)}, text=True)
        out.seek(0)
        assert (done.stdout if piped else out.read()) == "text"
    assert os.readlink("/dev/stdout") == before


def test_a_directory_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PyguardError, match="cannot be written"):
        replace_file(str(tmp_path), "text", ME)
    assert os.listdir(tmp_path) == []


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A directory of somebody else's, which root writes into."""
    if ME != 0:
        pytest.skip("only root can give a directory away")
    directory = tmp_path / "theirs"
    directory.mkdir()
    os.chown(directory, SOMEBODY, SOMEBODY)
    return directory


@pytest.mark.parametrize("mode", [None, 0o644])
def test_a_link_put_in_the_way_at_any_moment_changes_nothing_else(tmp_path: Path, mode: int | None,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    secret, path = tmp_path / "secret", tmp_path / "d" / "p.prom"
    path.parent.mkdir()
    secret.write_text("secret")
    secret.chmod(0o600)

    def swapping(call: Callable[..., None]) -> Callable[..., None]:
        def swap(*arguments: int) -> None:
            call(*arguments)
            for beside in path.parent.iterdir():
                if beside != path:
                    beside.unlink()
                    beside.symlink_to(secret)
        return swap

    for call in (os.fsync, os.fchmod):
        path.write_text("old")
        monkeypatch.setattr(os, call.__name__, swapping(call))
        replace_file(str(path), "text", ME, mode)
        monkeypatch.undo()
        path.unlink()
        assert secret.read_text() == "secret" and stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_set_id_bits_and_what_others_chose_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o6755)
    replace_file(str(path), "new", ME)
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    path.chmod(0o666)
    replace_file(str(path), "new", ME + 1)
    assert stat.S_IMODE(path.stat().st_mode) != 0o666


def test_the_owner_stays_where_it_is_theirs(theirs: Path) -> None:
    path = theirs / "a.sh"
    for kept, owner in ((True, SOMEBODY), (False, 0)):
        path.write_text("old")
        os.chown(path, SOMEBODY, SOMEBODY)
        path.chmod(0o666)
        replace_file(str(path), "new", 0, theirs=kept)
        assert path.read_text() == "new" and path.stat().st_uid == owner
        assert (stat.S_IMODE(path.stat().st_mode) == 0o666) is kept


def test_a_link_to_a_device_gives_way_and_the_device_is_left(tmp_path: Path) -> None:
    for target in ("/dev/null", "/dev/stdout", "/dev/full"):
        link = tmp_path / "report.html"
        link.symlink_to(target)
        replace_file(str(link), "text", ME)
        assert link.is_file() and not link.is_symlink() and link.read_text() == "text"
        link.unlink()


def test_a_block_device_and_a_strange_one_are_never_opened(theirs: Path) -> None:
    for kind, device in ((stat.S_IFBLK, (7, 250)), (stat.S_IFCHR, (10, 130)), (stat.S_IFSOCK, (0, 0))):
        path = theirs / "node"
        try:
            os.mknod(path, kind | 0o600, os.makedev(*device))
        except PermissionError:
            pytest.skip("devices cannot be made here")
        with pytest.raises(PyguardError, match="neither a file"):
            replace_file(str(path), "text", 0)
        assert stat.S_IFMT(path.lstat().st_mode) == kind
        path.unlink()


@pytest.mark.parametrize("name", ["log", "fd", "stdinn", "nul"])
def test_nothing_is_made_or_replaced_in_dev(name: str) -> None:
    before = sorted(os.listdir("/dev"))
    with pytest.raises(PyguardError, match="cannot be written"):
        replace_file(f"/dev/{name}", "text", ME)
    assert sorted(os.listdir("/dev")) == before


def test_a_full_device_is_one_clear_error() -> None:
    with pytest.raises(PyguardError, match="No space left"):
        replace_file("/dev/full", "text", ME)


def test_a_pipe_of_somebody_else_s_is_refused_at_once(theirs: Path) -> None:
    pipe = theirs / "p.prom"
    os.mkfifo(pipe)
    os.chown(pipe, SOMEBODY, SOMEBODY)
    with pytest.raises(PyguardError, match="somebody else's"):
        replace_file(str(pipe), "text", 0)


def test_a_pipe_that_nobody_reads_is_waited_for_and_then_given_up(tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyguard.enforce.rewrite.PATIENCE", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PyguardError, match="nobody reads"):
        replace_file(str(tmp_path / "pipe"), "text", ME)


def test_root_follows_no_link_that_others_have_made(tmp_path: Path, theirs: Path) -> None:
    target = tmp_path / "cron.d"
    target.mkdir()
    (theirs / "link").symlink_to(target)                # in their directory, whosever link it is
    (tmp_path / "link").symlink_to(target)
    os.lchown(tmp_path / "link", SOMEBODY, SOMEBODY)    # a link of theirs, wherever it is
    for way in (theirs / "link", tmp_path / "link", theirs / "below" / ".." / "link"):
        (theirs / "below").mkdir(exist_ok=True)
        with pytest.raises(PyguardError, match="others than root"):
            replace_file(f"{way}/p.prom", "text", 0)
    assert os.listdir(target) == []


def test_root_goes_by_root_s_own_links_and_into_others_directories(tmp_path: Path, theirs: Path) -> None:
    tmp_path.chmod(0o755)
    place = safe_directory()
    try:
        (place / "real").mkdir()
        (place / "relative").symlink_to("./real/../real")
        (place / "absolute").symlink_to(place / "relative")
        replace_file(f"{place}//absolute/./p.prom", "text", 0)
        assert (place / "real" / "p.prom").read_text() == "text"
        replace_file(str(theirs / "p.prom"), "text", 0)
        assert (theirs / "p.prom").read_text() == "text"
        (place / "loop").symlink_to("loop")
        with pytest.raises(PyguardError, match="cannot be written"):
            replace_file(f"{place}/loop/p.prom", "text", 0)
    finally:
        shutil.rmtree(place)


def safe_directory() -> Path:
    """Where nobody but root can put anything on the way."""
    return Path(tempfile.mkdtemp(dir="/tmp"))
