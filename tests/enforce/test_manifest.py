"""Changes are written down first and taken back whole: by Python and by sh, also after an interruption."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pyguard.enforce.manifest import Manifest, list_manifests, undo
from pyguard.enforce.marked import BEGIN, END
from pyguard.enforce.shims import SHIM, refresh
from pyguard.errors import PyguardError

REMOVE = Path(__file__).resolve().parents[2] / "hooks" / "startup" / "remove.sh"
Undo = Callable[[Path], None]


def by_python(state: Path) -> None:
    for path in list_manifests(str(state)):
        if not path.endswith("0-directories.manifest"):
            undo(path)


def by_sh(state: Path) -> None:
    subprocess.run(["sh", str(REMOVE), str(state)], check=True, capture_output=True)


def tree(top: Path) -> dict[str, object]:
    """Every path with its mode and content."""
    return {str(path.relative_to(top)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
            for path in top.rglob("*")}


def change(top: Path) -> Path:
    """Every kind of change; returns the directory of the manifests."""
    state = top / "var" / "pyguard" / "hooks"
    manifest = Manifest(str(state / "one.manifest"))
    manifest.open()
    manifest.create(str(top / "lib" / "a b" / "new file"), b"new\n")
    manifest.expect(str(top / "lib" / "a b" / "byte code"))
    (top / "lib" / "a b" / "byte code").write_text("x")
    manifest.replace(str(top / "old"), b"old\n" + f"{BEGIN}\nnew\n{END}\n".encode())
    second = Manifest(str(state / "two.manifest"))
    second.open()
    second.create(str(top / "two"), b"2")
    second.adopt(str(top / "share" / "a b" / "shims"))
    refresh(str(top / "share" / "a b" / "shims"), ("pip", "uv"), {SHIM: "#!/bin/sh\n"}, {".pyguard-engine": ""},
            os.geteuid())
    return state


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "old").write_text("old\n")
    (tmp_path / "old").chmod(0o640)
    return tmp_path


BOTH = pytest.mark.parametrize("take_back", [by_python, by_sh])


@BOTH
def test_everything_is_as_it_was(top: Path, take_back: Undo) -> None:
    before = tree(top)
    state = change(top)
    assert (top / "lib" / "a b" / "new file").read_text() == "new\n"
    take_back(state)
    assert tree(top) == before


@BOTH
@pytest.mark.parametrize("cut", range(0, 400, 23))
def test_interrupted_at_any_byte_of_the_record(top: Path, take_back: Undo, cut: int) -> None:
    """What is not on record was not done: later lines and their changes are taken away to simulate that."""
    before = tree(top)
    state = change(top)
    manifest = state / "one.manifest"
    kept = manifest.read_bytes()[:cut]
    lost = [line.split("\t") for line in manifest.read_text().splitlines()[kept.count(b"\n"):]]
    for kind, _, backup, path in reversed(lost):
        if kind == "r":
            (top / "old").write_text("old\n")
            Path(backup).unlink()
        elif kind == "d":
            Path(path).rmdir()
        else:
            Path(path).unlink()
    manifest.write_bytes(kept)
    take_back(state)
    assert tree(top) == before


@BOTH
def test_file_that_was_written_half(top: Path, take_back: Undo) -> None:
    before = tree(top)
    state = change(top)
    (top / "lib" / "a b" / "new file").rename(top / "lib" / "a b" / ".new file.pyguard-new")
    take_back(state)
    assert tree(top) == before


@BOTH
def test_what_others_changed_since_stays(top: Path, take_back: Undo) -> None:
    state = change(top)
    (top / "two").write_text("theirs")
    old = top / "old"
    old.write_text(old.read_text() + "theirs\n")
    take_back(state)
    assert (top / "two").read_text() == "theirs"
    assert old.read_text() == "old\ntheirs\n"
    assert (old.stat().st_mode & 0o777) == 0o640
    assert not (top / "lib" / "a b").exists()


@BOTH
@pytest.mark.parametrize("text", [f"old\n{BEGIN} (x)\nnew\nalias x=y\n", f"{BEGIN}\n{BEGIN}\nnew\n{END}\n",
                                  f"{END}\nold\n{BEGIN}\nlast line"])
def test_lines_of_ours_that_do_not_end_stay(top: Path, take_back: Undo, text: str) -> None:
    """Whatever took the end away: what follows may be anybody's. The old content is kept, and said to be."""
    state = change(top)
    (top / "old").write_text(text)
    take_back(state)
    assert (top / "old").read_text() == text
    assert [path.read_text() for path in state.glob("*.backup")] == ["old\n"]
    assert (state / "one.manifest").exists() and not (state / "two.manifest").exists()
    (top / "old").write_text("mended\n")
    take_back(state)
    assert (top / "old").read_text() == "mended\n" and not state.exists()


@BOTH
@pytest.mark.parametrize("more", ["", "theirs\n"])
def test_a_file_that_has_become_a_link_stays_one(top: Path, take_back: Undo, more: str) -> None:
    """As those have it who keep their dotfiles elsewhere: the lines there are theirs to take out."""
    state = change(top)
    (top / "dotfiles").mkdir()
    (top / "old").rename(top / "dotfiles" / "old")
    (top / "old").symlink_to("dotfiles/old")
    text = (top / "old").read_text() + more
    (top / "old").write_text(text)
    take_back(state)
    assert (top / "old").is_symlink() and (top / "old").read_text() == text
    assert len(list(state.glob("*.backup"))) == 1
    (top / "old").write_text("theirs\n")
    take_back(state)
    assert (top / "old").is_symlink() and (top / "old").read_text() == "theirs\n" and not state.exists()


MARKED = f"{BEGIN}\nconstraint = @pins@\n{END}\n"


def create_marked(top: Path) -> tuple[Path, Path, Path]:
    """A file that is ours, the file that it names, and the manifests' directory."""
    manifest, pins = Manifest(str(top / "var" / "pyguard" / "hooks" / "one.manifest")), top / "pins dir" / "p.txt"
    manifest.open()
    manifest.create(str(top / "pip.conf"), b"[install]\n" + MARKED.replace("@pins@", str(pins)).encode())
    manifest.make_directory(str(pins.parent))
    manifest.expect(str(pins))
    pins.write_text("six==1\n")
    return top / "pip.conf", pins, top / "var" / "pyguard" / "hooks"


@BOTH
@pytest.mark.parametrize("kind", ["m", "f"])
@pytest.mark.parametrize(("edit", "left"), [
    (lambda text: text, None), (lambda text: text + "no-compile = yes\n", "[install]\nno-compile = yes\n"),
    (lambda text: "# theirs\n" + text, "# theirs\n[install]\n"), (lambda text: text.replace("[install]", ""), None)])
def test_a_file_of_ours_that_others_have_added_to_loses_our_lines_only(
        top: Path, take_back: Undo, kind: str, edit: Callable[[str], str], left: str | None) -> None:
    """`f` is how an older version had it on record."""
    conf, pins, state = create_marked(top)
    record = state / "one.manifest"
    record.write_text(record.read_text().replace("m\t", f"{kind}\t", 1))
    conf.chmod(0o640)
    conf.write_text(edit(conf.read_text()))
    take_back(state)
    assert (conf.read_text() if conf.exists() else None) == left
    assert left is None or conf.stat().st_mode & 0o777 == 0o640
    assert not pins.parent.exists() and not state.exists()


@BOTH
@pytest.mark.parametrize("text", ["theirs\n", "", None])
def test_a_file_that_nothing_of_ours_is_in_any_more_is_theirs(top: Path, take_back: Undo, text: str | None) -> None:
    conf, pins, state = create_marked(top)
    conf.unlink()
    if text is None:
        conf.symlink_to("nowhere")
    else:
        conf.write_text(text)
    take_back(state)
    assert conf.is_symlink() if text is None else conf.read_text() == text
    assert not pins.exists() and not state.exists()


@BOTH
def test_what_a_file_that_is_left_names_is_left(top: Path, take_back: Undo) -> None:
    """pip fails on constraints that are gone."""
    conf, pins, state = create_marked(top)
    for text in (conf.read_text().replace(END, ""), f"[global]\nconstraint = {pins}\n"):
        conf.write_text(text)
        take_back(state)
        assert conf.read_text() == text and pins.exists() and (state / "one.manifest").exists()
    conf.write_text("theirs\n")
    take_back(state)
    assert conf.read_text() == "theirs\n" and not pins.parent.exists() and not state.exists()


@BOTH
@pytest.mark.parametrize("way", ["gone", "nowhere", "directory"])
def test_where_nothing_of_ours_is_left(top: Path, take_back: Undo, way: str) -> None:
    state = change(top)
    (top / "old").unlink()
    if way == "nowhere":
        (top / "old").symlink_to("nowhere")
    elif way == "directory":
        (top / "old").mkdir()
    before = (top / "old").is_symlink(), (top / "old").is_dir()
    take_back(state)
    assert ((top / "old").is_symlink(), (top / "old").is_dir()) == before and not state.exists()


@BOTH
def test_twice_is_as_once(top: Path, take_back: Undo) -> None:
    before = tree(top)
    state = change(top)
    take_back(state)
    if state.exists():
        take_back(state)
    assert tree(top) == before


def test_nothing_is_written_over(top: Path) -> None:
    manifest = Manifest(str(top / "m" / "one.manifest"))
    manifest.open()
    for path in ("old", "link"):
        if path == "link":
            (top / path).symlink_to("nowhere")
        with pytest.raises(PyguardError) as error:
            manifest.create(str(top / path), b"x")
        assert error.value.reference == "file-exists"
    assert (top / "old").read_text() == "old\n"
    with pytest.raises(PyguardError):
        Manifest(str(top / "m" / "one.manifest")).open()


def test_paths_that_a_line_cannot_hold(top: Path) -> None:
    manifest = Manifest(str(top / "m" / "one.manifest"))
    manifest.open()
    for name in ("a\tb", "a\nb"):
        with pytest.raises(PyguardError) as error:
            manifest.create(str(top / name), b"x")
        assert error.value.reference == "odd-path"
    assert sorted(path.name for path in top.iterdir()) == ["lib", "m", "old"]
