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
