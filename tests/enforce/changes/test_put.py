"""What was written over comes back as it was, whatever is there by now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.enforce.changes import files
from pyguard.enforce.changes.transaction import Transaction, locked
from tests.enforce.changes.test_transaction import HEAD, ID, a_file, tree, undo, world


def test_rights_come_back_where_nothing_but_they_was_changed(tmp_path: Path) -> None:
    """A file that was closed to others, and is written anew with the same content."""
    base = world(tmp_path)
    (base / "conf").chmod(0o600)
    before = tree(base)
    with locked(str(tmp_path / "state"), os.geteuid()):
        transaction = Transaction(str(tmp_path / "state" / ID), HEAD)
        transaction.put(str(base / "conf"), a_file(b"a\nb\n", mode=0o644, mtime_ns=before["/conf"].mtime_ns))
        transaction.finish()
    assert tree(base) != before
    assert undo(tmp_path) == [] and tree(base) == before


def test_a_directory_that_gave_way_in_part_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = world(tmp_path)
    before = tree(base)

    def killed(path: str) -> None:
        if not path.startswith(str(base / "site/pkg")):
            return
        os.unlink(f"{path}/one.py")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, locked(str(tmp_path / "state"), os.geteuid()):
        patched.setattr(files, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            Transaction(str(tmp_path / "state" / ID), HEAD).put(str(base / "site/pkg"), a_file(b"a file\n"))
    assert undo(tmp_path) == [] and tree(base) == before


def test_extended_attributes_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Access control lists, capabilities, labels: of what is moved to another disk, written over and edited."""
    base = world(tmp_path)
    moved, edited = base / "site/pkg", base / "conf"
    real = os.rename
    try:
        for path in (moved, moved / "one.py", edited):
            os.setxattr(path, "user.note", path.name.encode())
    except OSError as error:
        pytest.skip(f"extended attributes of users: {error.strerror}")

    def rename(source: str, target: str) -> None:
        if source.startswith(str(base)) != target.startswith(str(base)):
            raise OSError(18, "another disk")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with locked(str(tmp_path / "state"), os.geteuid()):
        transaction = Transaction(str(tmp_path / "state" / ID), HEAD)
        transaction.quarantine(str(moved))
        transaction.put(str(edited), a_file(b"a\n# b\n", like=str(edited)))
        assert os.getxattr(edited, "user.note") == b"conf"
        transaction.put(str(edited), a_file(b"as its package has it\n"))
        transaction.finish()
    assert os.listxattr(edited) == [] and not moved.exists()
    assert undo(tmp_path) == []
    assert [os.getxattr(path, "user.note") for path in (moved, moved / "one.py", edited)] == [
        b"pkg", b"one.py", b"conf"]
