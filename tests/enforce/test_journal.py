"""The journal: one line an entry, whole or not at all, and nobody else's file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pyguard.cli.log import read_journal
from pyguard.enforce.journal import SYSTEM_JOURNAL, journal_path, record
from pyguard.errors import PyguardError
from pyguard.host import Host

UID = os.getuid()


def test_an_entry_is_one_line_of_json(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.jsonl"
    record(str(path), {"event": "override", "reason": "line\nbreak \x1b"}, UID)
    record(str(path), {"event": "refused"}, UID)
    lines = path.read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["override", "refused"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry["event"] for entry in read_journal(Host(), str(path), print)] == ["override", "refused"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("")
    (tmp_path / "journal").symlink_to(tmp_path / "victim")
    with pytest.raises(PyguardError, match="could not be written"):
        record(str(tmp_path / "journal"), {}, UID)
    assert (tmp_path / "victim").read_text() == ""


def test_a_hard_link_to_somebody_elses_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("")
    os.link(tmp_path / "victim", tmp_path / "journal")
    with pytest.raises(PyguardError, match="own"):
        record(str(tmp_path / "journal"), {}, UID)


def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "journal")
    with pytest.raises(PyguardError):
        record(str(tmp_path / "journal"), {}, UID)


@pytest.mark.parametrize(("environ", "uid", "path"), [
    ({"HOME": "/home/a"}, 1000, "/home/a/.local/state/pyguard/journal.jsonl"),
    ({"HOME": "/home/a", "XDG_STATE_HOME": "/s"}, 1000, "/s/pyguard/journal.jsonl"),
    ({"HOME": "relative"}, 1000, ""),
    ({}, 1000, ""),
    ({"HOME": "/home/a", "XDG_STATE_HOME": "/home/a"}, 0, SYSTEM_JOURNAL),
])
def test_where_it_lies(environ: dict[str, str], uid: int, path: str) -> None:
    assert journal_path(environ, uid) == path


def test_without_a_place_it_is_an_error() -> None:
    with pytest.raises(PyguardError, match="no place"):
        record("", {}, UID)


def test_a_damaged_line_is_named_and_costs_no_other(tmp_path: Path) -> None:
    path, damaged = tmp_path / "pyguard" / "j", []
    record(str(path), {"event": "one"}, UID)
    with open(path, "ab") as file:
        file.write(b'not json\n[1]\n\xff\x85\n\n{"time": "2026-')    # the last: a power cut
    record(str(path), {"event": "two"}, UID)
    assert [entry["event"] for entry in read_journal(Host(), str(path), damaged.append)] == ["one", "two"]
    assert damaged == [f"{path}:{number}" for number in (2, 3, 4, 6)]
