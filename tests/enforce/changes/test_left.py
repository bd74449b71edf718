"""What an undo had to leave, because others changed it since: said, kept apart, and never taken up by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.enforce.changes.journal import list_changes
from pyguard.enforce.changes.transaction import Transaction
from pyguard.enforce.changes.undo import find_change, settle, take_back
from pyguard.errors import PyguardError
from tests.enforce.changes.test_transaction import HEAD, ID, a_file, change, undo, world


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
