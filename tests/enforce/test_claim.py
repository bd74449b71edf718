"""A new directory or file is made at one blow or not at all, and only what is ours is removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.enforce.claim import claim, keep, release
from pyguard.enforce.new_file import write_new
from pyguard.enforce.prefixes import free_prefix
from pyguard.errors import PyguardError

USER = 1000


def test_a_claim_is_an_empty_environment_and_goes_again(tmp_path: Path) -> None:
    made = claim(str(tmp_path / "envs" / "x"), USER, as_conda=True)
    assert (tmp_path / "envs/x/conda-meta/history").read_text() == ""
    (tmp_path / "envs/x/lib").mkdir()
    assert release(made) and not (tmp_path / "envs").exists()


@pytest.mark.parametrize("kind", ["directory", "file", "dangling link"])
def test_what_is_there_is_left(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "x"
    if kind == "directory":
        place.mkdir()
    elif kind == "file":
        place.write_text("mine")
    else:
        place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PyguardError, match="is there already"):
        claim(str(place), USER)
    assert os.path.lexists(place) and not (tmp_path / "elsewhere").exists()


def test_somebody_elses_directory_of_that_name_is_not_removed(tmp_path: Path) -> None:
    made = claim(str(tmp_path / "x"), USER)
    (tmp_path / "x").rename(tmp_path / "moved")
    (tmp_path / "x").mkdir()
    assert release(made) and (tmp_path / "x").is_dir() and (tmp_path / "moved").is_dir()


def test_a_link_inside_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    made = claim(str(tmp_path / "x"), USER)
    (tmp_path / "x" / "link").symlink_to(tmp_path / "precious")
    assert release(made) and (tmp_path / "precious" / "file").exists()


def test_what_is_done_stays(tmp_path: Path) -> None:
    made = claim(str(tmp_path / "x"), USER)
    keep(made)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(made.descriptor)
    assert (tmp_path / "x").is_dir()


def test_root_makes_nothing_where_others_could_put_another(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    with pytest.raises(PyguardError, match="can be changed by others than root"):
        claim(str(tmp_path / "shared" / "envs" / "x"), 0)
    assert list((tmp_path / "shared").iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to make other users' directories")
@pytest.mark.parametrize("way", ["straight", "through a link of root's", "through the user's link", "by .."])
def test_root_makes_nothing_below_what_a_user_can_move_away(way: str, tmp_path: Path) -> None:
    """As `sudo -E python3 -m venv ~/.venvs/tools` leaves it: a directory of root's in a home of alice's."""
    home, apart = tmp_path / "alice", tmp_path / "roots"
    for directory in (home / ".venvs", apart):
        directory.mkdir(parents=True)
    os.chown(home, USER, USER)
    (apart / "link").symlink_to(home / ".venvs")
    (home / "link").symlink_to(apart)
    place = {"straight": home / ".venvs", "through a link of root's": apart / "link",
             "through the user's link": home / "link", "by ..": f"{home}/.venvs/../../roots"}[way]
    with pytest.raises(PyguardError, match=f"{home} can be changed by others than root"):
        claim(f"{place}/deep/x", 0)
    assert list((home / ".venvs").iterdir()) == [] and sorted(os.listdir(apart)) == ["link"]


@pytest.mark.skipif(os.getuid() != 0, reason="needs root for directories of root's")
def test_root_makes_it_below_its_own_links_and_below_what_is_sticky(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "sticky").mkdir()
    (tmp_path / "sticky").chmod(0o1777)
    (tmp_path / "sticky" / "own").mkdir()
    (tmp_path / "real" / "link").symlink_to("../sticky/own")
    made = claim(str(tmp_path / "real" / "link" / "envs" / "x"), 0)
    assert release(made) and os.listdir(tmp_path / "sticky" / "own") == []
    with pytest.raises(PyguardError, match="sticky can be changed by others than root"):
        claim(str(tmp_path / "sticky" / "x"), 0)


def test_a_full_or_forbidden_place_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PyguardError, match="could not be made"):
        claim(str(tmp_path / "file" / "x"), USER)


def test_the_tools_own_first_directory_takes_a_new_name(tmp_path: Path) -> None:
    said, known = [str(tmp_path / "a"), "/proc/none"], [str(tmp_path / "b")]
    assert free_prefix("x", said, known) == f"{tmp_path}/a/x"
    assert free_prefix("x", [], known) == f"{tmp_path}/b/x"
    (tmp_path / "b" / "x").mkdir(parents=True)
    with pytest.raises(PyguardError, match="is there already"):
        free_prefix("x", said, known)
    with pytest.raises(PyguardError, match="no directory"):
        free_prefix("x", [], [])


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "environment.yml"
    write_new(str(path), "one\n")
    with pytest.raises(PyguardError, match="is there already and is left as it is"):
        write_new(str(path), "two\n")
    assert path.read_text() == "one\n"
    with pytest.raises(PyguardError, match="could not be written"):
        write_new(str(tmp_path / "none" / "x"), "")
    os.symlink(tmp_path / "elsewhere", tmp_path / "link")
    with pytest.raises(PyguardError):
        write_new(str(tmp_path / "link"), "x")
    assert not (tmp_path / "elsewhere").exists()
