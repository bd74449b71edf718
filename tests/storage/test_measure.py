"""Sizes are those of a plain inode count; what removal frees is what no other name holds."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard.storage import measure as module
from pyguard.storage.links import outward_links
from pyguard.storage.measure import measure, together

TREES = ("base", "envs/one", "envs/two", "pkgs")
# A file: its size in bytes, and the (tree, name) pairs that lead to it.
LAYOUTS = st.lists(st.tuples(st.integers(0, 20000), st.sets(
    st.tuples(st.sampled_from(TREES), st.sampled_from(("a", "b/c", "b/d", "e/f/g"))), min_size=1, max_size=6)),
    max_size=12)


def lay_out(top: Path, layout: list[tuple[int, set[tuple[str, str]]]]) -> list[str]:
    """The trees of a layout on disk; a name that is taken is left to who has it."""
    for number, (size, places) in enumerate(layout):
        first = None
        for tree, name in sorted(places):
            path = top / tree / name
            path = path.with_name(f"{path.name}{number}")
            path.parent.mkdir(parents=True, exist_ok=True)
            if first is None:
                path.write_bytes(os.urandom(size))
                first = path
            else:
                os.link(first, path)
    for tree in TREES:
        (top / tree).mkdir(parents=True, exist_ok=True)
    return [str(top / tree) for tree in TREES]


def inodes(path: str) -> dict[int, os.stat_result]:
    """Every inode below a path, counted plainly."""
    found = {}
    for directory, _, files in os.walk(path):
        for place in (directory, *(os.path.join(directory, name) for name in files)):
            status = os.lstat(place)
            found[status.st_ino] = status
    return found


def names_below(path: str) -> dict[int, int]:
    counts: dict[int, int] = {}
    for directory, _, files in os.walk(path):
        for name in files:
            inode = os.lstat(os.path.join(directory, name)).st_ino
            counts[inode] = counts.get(inode, 0) + 1
    return counts


def plain_size(path: str) -> int:
    return sum(status.st_blocks * 512 for status in inodes(path).values())


def plain_freed(path: str) -> int:
    counts = names_below(path)
    return sum(status.st_blocks * 512 for inode, status in inodes(path).items()
               if stat.S_ISDIR(status.st_mode) or counts[inode] == status.st_nlink)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layout=LAYOUTS, chosen=st.sets(st.sampled_from(range(len(TREES))), min_size=1))
def test_numbers_are_those_of_a_plain_inode_count(tmp_path: Path, layout: list[tuple[int, set[tuple[str, str]]]],
                                                  chosen: set[int]) -> None:
    top = tmp_path / "layout"
    try:
        paths = lay_out(top, layout)
        trees = [measure(path) for path in paths]
        for path, tree in zip(paths, trees):
            assert (tree.size, tree.freed) == (plain_size(path), plain_freed(path)), path
        some = [tree for number, tree in enumerate(trees) if number in chosen]
        union: dict[int, os.stat_result] = {}
        counts: dict[int, int] = {}
        for tree in some:
            union.update(inodes(tree.path))
            for inode, count in names_below(tree.path).items():
                counts[inode] = counts.get(inode, 0) + count
        freed = sum(status.st_blocks * 512 for inode, status in union.items()
                    if stat.S_ISDIR(status.st_mode) or counts[inode] == status.st_nlink)
        assert together(some) == (sum(status.st_blocks * 512 for status in union.values()), freed)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def test_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a.conda").write_bytes(b"x" * 5000)
    alone = measure(str(tmp_path / "a.conda"))
    assert alone.size == alone.freed == os.lstat(tmp_path / "a.conda").st_blocks * 512
    os.link(tmp_path / "a.conda", tmp_path / "b.conda")
    assert measure(str(tmp_path / "a.conda")).freed == 0
    assert together([measure(str(tmp_path / name)) for name in ("a.conda", "b.conda")]) == (alone.size, alone.size)


def test_links_are_not_followed_and_what_is_apart_is_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "big").write_bytes(b"x" * 100_000)
    tree = tmp_path / "tree"
    (tree / "envs" / "inner").mkdir(parents=True)
    (tree / "envs" / "inner" / "big").write_bytes(b"x" * 100_000)
    (tree / "away").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    assert measure(str(tree), [str(tree / "envs" / "inner")]).size < 50_000
    assert measure(str(tree)).size >= 100_000
    assert outward_links(str(tree)) == {str(outside), str(tree)}


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [path for path, _ in measure(str(tmp_path / "none")).problems] == [str(tmp_path / "none")]
    deep = tmp_path
    for _ in range(6):
        deep /= "d"
    deep.mkdir(parents=True)
    monkeypatch.setattr(module, "DEEPEST", 3)
    (problem,) = measure(str(tmp_path)).problems
    assert "below each other" in problem[1]
    monkeypatch.undo()
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr(os, "open", refuse(os.open, "closed"))
    assert measure(str(tmp_path)).problems == [(str(tmp_path / "closed"), "Permission denied")]


def refuse(real, name):
    """os.open, but for one directory that is somebody else's."""
    def opened(path, flags, *rest, **more):
        if path == name:
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, *rest, **more)
    return opened


def test_what_vanishes_meanwhile_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    real = os.open

    def opened(path, flags, *rest, **more):
        if path == "gone":
            raise FileNotFoundError(2, "No such file or directory", path)
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", opened)
    assert measure(str(tmp_path)).problems == []
