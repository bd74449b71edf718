"""What is kept comes back for its key only, and never from a file that somebody else could have written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyguard.facts.cache import read_cached, write_cached

UID = os.getuid()
needs_root = pytest.mark.skipif(UID != 0, reason="needs root to make other users' files")


@pytest.fixture
def place(tmp_path):
    directory = tmp_path / "cache"
    assert write_cached([str(directory)], "index", "key 1", "text\nmore ä", UID)
    return directory


def read(directory, key="key 1", uid=UID):
    return read_cached([str(directory)], "index", key, uid)


def test_comes_back_for_its_key_only(place):
    assert read(place) == "text\nmore ä"
    assert read(place, "key 2") is None
    assert (place / "index").stat().st_mode & 0o777 == 0o600
    assert os.listdir(place) == ["index"]


def test_the_first_directory_that_has_it(place, tmp_path):
    assert read_cached([str(tmp_path / "none"), str(place)], "index", "key 1", UID) == "text\nmore ä"


@pytest.mark.parametrize("damage", [
    lambda data: data[:-1], lambda data: data + b"x", lambda data: b"", lambda data: data.split(b"\n")[0],
    lambda data: data.replace(b"more", b"less"), lambda data: os.urandom(64)])
def test_damage_is_not_read(place, damage):
    file = place / "index"
    file.write_bytes(damage(file.read_bytes()))
    assert read(place) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_others_can_write_is_not_read(place, mode):
    (place / "index").chmod(mode)
    assert read(place) is None


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_directory_others_can_write_is_neither_read_nor_written(place, mode):
    place.chmod(mode)
    assert read(place) is None
    assert not write_cached([str(place)], "index", "key", "text", UID)


def test_no_link_is_followed(place, tmp_path):
    (place / "index").rename(place / "other")
    (place / "index").symlink_to("other")
    assert read(place) is None
    (tmp_path / "link").symlink_to(place)
    assert read_cached([str(tmp_path / "link")], "other", "key 1", UID) is None
    assert not write_cached([str(tmp_path / "link")], "other", "key", "text", UID)


def test_writing_replaces_a_link_and_not_its_target(place, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    (place / "index").unlink()
    (place / "index").symlink_to(target)
    assert write_cached([str(place)], "index", "key 1", "new", UID)
    assert target.read_text() == "precious" and read(place) == "new"


def test_a_fifo_does_not_hang(place):
    (place / "index").unlink()
    os.mkfifo(place / "index")
    assert read(place) is None


@needs_root
def test_root_does_not_read_a_users_file(place):
    os.chown(place / "index", 12345, 12345)
    assert read(place, uid=0) is None
    assert read(place, uid=12345) == "text\nmore ä"


@needs_root
def test_root_does_not_use_a_users_directory(place):
    os.chown(place, 12345, 12345)
    assert read(place, uid=0) is None
    assert not write_cached([str(place)], "index", "key", "text", 0)


@needs_root
def test_a_user_reads_roots_file(place):
    assert read(place, uid=12345) == "text\nmore ä"


@needs_root
def test_root_makes_no_directory_below_a_users(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 12345, 12345)
    assert not write_cached([str(home / ".cache" / "pyguard")], "index", "key", "text", 0)
    assert list(home.iterdir()) == []


def test_what_cannot_be_written_is_not_kept(tmp_path):
    (tmp_path / "file").write_text("")
    for directory in ("/proc/nothing", str(tmp_path / "file"), str(tmp_path / "file" / "below"), ""):
        assert not write_cached([directory], "index", "key", "text", UID)


def test_the_next_directory_takes_it(tmp_path):
    directories = ["/proc/nothing", str(tmp_path / "cache")]
    assert write_cached(directories, "index", "key", "text", UID)
    assert read_cached(directories, "index", "key", UID) == "text"


@needs_root
def test_a_full_disk_keeps_the_old_text(tmp_path):
    """A tmpfs of 16 KB, in a mount namespace of its own."""
    script = f"""
mount -t tmpfs -o size=16k,mode=700 none {tmp_path} || exit 77
exec "$0" - <<'PY'
import os
from pyguard.facts.cache import read_cached, write_cached
place = ["{tmp_path}"]
assert write_cached(place, "index", "key", "small", 0)
assert not write_cached(place, "index", "key", "x" * 100_000, 0)
assert os.listdir(place[0]) == ["index"], os.listdir(place[0])
assert read_cached(place, "index", "key", 0) == "small"
PY
"""
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, sys.executable], capture_output=True,
                          text=True, cwd=Path(__file__).parents[2])
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("needs to mount a small tmpfs")
    assert done.returncode == 0, done.stderr


@settings(deadline=None)    # it writes to the disk, and waits for it
@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="ascii", exclude_characters="\n")))
def test_any_text_comes_back(tmp_path_factory, text, key):
    place = [str(tmp_path_factory.getbasetemp() / "any")]
    assert write_cached(place, "index", key, text, UID)
    assert read_cached(place, "index", key, UID) == text
