"""The journal when it is full, when many write at once, when it does not fit, and what syslog hears of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyguard.cli.log import read_journal
from pyguard.enforce import journal
from pyguard.enforce.announce import LONGEST_MESSAGE, announce
from pyguard.enforce.journal import journal_files, record
from pyguard.errors import PyguardError
from pyguard.host import Host

UID = os.getuid()
TOP = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(journal, "announce", lambda entry: None)
    monkeypatch.setattr(journal, "MOST_BYTES", 400)
    return str(tmp_path / "state" / "journal.jsonl")


def entries(path: str) -> list[int]:
    return [entry["number"] for file in journal_files(path) for entry in read_journal(Host(), file, print)]


def test_old_entries_rotate_out_and_the_rest_stays_in_order(path: str) -> None:
    for number in range(100):
        record(path, {"number": number}, UID)
    kept = entries(path)
    assert kept == list(range(100 - len(kept), 100))
    files = [file for file in journal_files(path) if os.path.exists(file)]
    assert len(files) == journal.KEPT + 1
    assert {os.stat(file).st_mode & 0o777 for file in files} == {0o600}
    assert all(os.path.getsize(file) <= 400 for file in files)


def test_an_entry_longer_than_a_file_is_kept_whole(path: str) -> None:
    record(path, {"number": 0}, UID)
    record(path, {"number": 1, "reason": "x" * 2000}, UID)
    record(path, {"number": 2}, UID)
    assert entries(path) == [0, 1, 2]


def test_parallel_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.jsonl"
    script = ("import sys; from pyguard.enforce import journal; journal.MOST_BYTES = 3000; journal.KEPT = 50\n"
              "journal.announce = lambda entry: None\n"
              "for number in range(100): journal.record(sys.argv[1], {'writer': sys.argv[2], 'number': number}, "
              f"{UID})")
    running = [subprocess.Popen([sys.executable, "-c", script, str(path), str(writer)], cwd=TOP) for writer in range(6)]
    assert [process.wait(60) for process in running] == [0] * 6
    files = sorted(tmp_path.glob("state/*"))
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert len(files) > 5
    for writer in range(6):
        assert sorted(line["number"] for line in lines if line["writer"] == str(writer)) == list(range(100))


def test_who_hangs_with_the_lock_stops_nobody(path: str) -> None:
    import fcntl
    record(path, {"number": 0}, UID)
    with open(path, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for number in range(1, 4):
            record(path, {"number": number, "reason": "x" * 200}, UID)
    assert entries(path) == [0, 1, 2, 3]
    assert not os.path.exists(path + ".1")


def test_an_entry_that_does_not_fit_leaves_no_half_of_itself(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record(path, {"number": 0}, UID)
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:10]))
    with pytest.raises(PyguardError, match="no space"):
        record(path, {"number": 1}, UID)
    monkeypatch.undo()
    record(path, {"number": 2}, UID)
    assert entries(path) == [0, 2]


def test_a_directory_that_others_can_change_is_refused(path: str) -> None:
    os.makedirs(os.path.dirname(path))
    os.chmod(os.path.dirname(path), 0o777)
    with pytest.raises(PyguardError, match="not a directory that only"):
        record(path, {"number": 0}, UID)


def test_a_linked_directory_is_refused(path: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PyguardError, match="not a directory that only"):
        record(path, {"number": 0}, UID)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_where_the_old_file_goes_is_replaced_and_not_followed(path: str, tmp_path: Path) -> None:
    record(path, {"number": 0, "reason": "x" * 300}, UID)
    (tmp_path / "victim").write_text("untouched")
    os.symlink(tmp_path / "victim", path + ".1")
    record(path, {"number": 1, "reason": "x" * 300}, UID)
    assert (tmp_path / "victim").read_text() == "untouched"
    assert os.path.exists(path + ".1") and not os.path.islink(path + ".1")


class Syslog:
    """Stands in for the C module: what would be logged."""

    LOG_PID, LOG_AUTHPRIV, LOG_NOTICE = 1, 80, 5

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def openlog(self, *arguments: object) -> None:
        self.heard.append(arguments)

    def syslog(self, *arguments: object) -> None:
        self.heard.append(arguments)

    def closelog(self) -> None:
        self.heard.append(())


def test_syslog_hears_one_line_with_stable_names(monkeypatch: pytest.MonkeyPatch) -> None:
    syslog = Syslog()
    monkeypatch.setitem(sys.modules, "syslog", syslog)
    announce({"event": "override", "uid": 0, "sudo_user": "alice", "command": ["pip", "install", "a\x1b[31m\nb"],
              "reason": "I know\nwhat I do", "rules": [], "level": "block"})
    (opened, (priority, message), closed) = syslog.heard
    assert (opened, priority, closed) == (("pyguard", 1, 80), 5, ())
    assert message == ('event="override" uid=0 sudo_user="alice" level="block" reason="I know\\nwhat I do" '
                       'command=["pip", "install", "a\\u001b[31m\\nb"]')


def test_syslogs_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    syslog = Syslog()
    monkeypatch.setitem(sys.modules, "syslog", syslog)
    announce({"event": "refused", "command": ["pip", "install", *["six"] * 5000]})
    assert len(str(syslog.heard[1][1])) == LONGEST_MESSAGE


@pytest.mark.parametrize(("for_all", "uid"), [(True, UID), (False, UID)])
def test_who_is_announced(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, for_all: bool, uid: int) -> None:
    heard: list[object] = []
    monkeypatch.setattr(journal, "announce", heard.append)
    monkeypatch.setattr(journal, "SYSTEM_SCOPE", str(tmp_path if for_all else tmp_path / "none"))
    record(path, {"number": 0}, uid)
    assert bool(heard) is (for_all or uid == 0)
