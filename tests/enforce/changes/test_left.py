"""What an undo had to leave.

What others changed since is said, kept apart, and never taken up by itself; what could not be done is tried again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.cli.as_account import run_as
from pyguard.enforce.changes import files
from pyguard.enforce.changes.journal import list_changes
from pyguard.enforce.changes.transaction import Transaction
from pyguard.enforce.changes.undo import find_change, settle, take_back
from pyguard.errors import PyguardError
from tests.enforce.changes.test_transaction import HEAD, ID, a_file, change, tree, undo, world


def test_what_had_to_be_left_is_touched_again_only_by_who_names_it(tmp_path: Path) -> None:
    """However well it fits by then, and whatever command comes next."""
    state, conf = str(tmp_path / "state"), world(tmp_path) / "conf"
    change(tmp_path)
    written = conf.read_bytes()
    conf.write_text("mine\n")
    assert len(undo(tmp_path)) == 1
    conf.write_bytes(written)    # as the change had it, and now it is somebody else's
    assert settle(state) == [] and conf.read_bytes() == written
    with pytest.raises(PyguardError, match="there is no change to take back"):
        find_change(state)
    assert [each.state for each in list_changes(state)] == ["left"]
    assert undo(tmp_path) == [] and conf.read_text() == "a\nb\n"


def test_a_left_change_does_not_hide_an_older_one(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    for number in "12":
        transaction = Transaction(str(state / f"20260101-000000-000{number}"), HEAD)
        transaction.put(str(tmp_path / number), a_file(b"x"))
        transaction.finish()
    (tmp_path / "2").write_text("mine\n")
    assert len(take_back(find_change(str(state)))) == 1
    assert take_back(find_change(str(state))) == [] and not (tmp_path / "1").exists()


def test_what_an_interrupted_change_had_to_leave_is_said_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    Transaction(str(state / ID), HEAD).put(str(tmp_path / "conf"), a_file(b"x"))
    (tmp_path / "conf").write_text("mine\n")
    (settled,) = settle(str(state))
    assert "was changed since" in settled.left[0] and "in part" in settled.said
    assert settle(str(state)) == [] and (tmp_path / "conf").read_text() == "mine\n"


def test_a_step_that_cannot_be_taken_back_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An immutable file, say: what is before it comes back, and the next undo, named or not, goes on with it."""
    base, state = world(tmp_path), str(tmp_path / "state")
    before = tree(base)
    change(tmp_path)
    real, conf = os.rename, str(base / "conf")

    def rename(source: str, target: str) -> None:
        if target == conf:
            raise PermissionError(1, "Operation not permitted", source)
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", rename)
        assert undo(tmp_path) == [f"{conf}: Operation not permitted, and was left"]
    assert (base / "site/pkg/one.py").exists() and (base / "conf").read_text() == "a\n# b\n"
    (found,) = settle(state)
    assert found.left == () and [each.state for each in list_changes(state)] == ["undone"] and tree(base) == before


def test_a_users_part_that_cannot_be_reached_keeps_no_other(tmp_path: Path) -> None:
    def unreachable(account: str, identifier: str) -> list[str]:
        raise PyguardError("user-part-failed", "/home/alice is not there")

    base = world(tmp_path)
    before, state = tree(base), tmp_path / "state"
    state.mkdir(mode=0o700)
    transaction = Transaction(str(state / ID), HEAD)
    transaction.quarantine(str(base / "site/pkg"))
    transaction.note_user("alice", ID)
    transaction.finish()
    assert take_back(find_change(str(state)), unreachable) == ["alice: /home/alice is not there"]
    assert tree(base) == before
    assert take_back(find_change(str(state)), lambda account, identifier: []) == []


def test_a_directory_that_its_owner_closed_goes_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Go's modules and nix are: 0555, which nobody but root may empty."""
    top = tmp_path / "kept"
    (top / "closed" / "below").mkdir(parents=True)
    (top / "closed" / "below" / "file").write_text("x")
    os.chmod(top / "closed" / "below", 0o000)
    os.chmod(top / "closed", 0o555)
    monkeypatch.chdir(tmp_path)    # others may not look into what is above
    if os.geteuid() == 0:
        for path in (tmp_path, top, *top.rglob("*")):
            os.chown(path, 1000, 1000)
        run_as(1000, 1000, ".", lambda: files.remove("kept"))
    else:
        files.remove("kept")
    assert not top.exists()
