"""`pyguard log`: which entries it shows, and how."""

from __future__ import annotations

import io
import json
import os
from collections import namedtuple
from pathlib import Path

import pytest

from pyguard.cli import caller, log
from pyguard.cli.log import read_arguments
from pyguard.errors import UsageError

NOW = 1_784_894_400.0    # 2026-07-24T12:00:00Z
ENTRIES = [
    {"time": "2026-07-01T10:00:00Z", "uid": 54321, "event": "refused", "command": ["pip", "install", "one"]},
    {"time": "2026-07-24T09:00:00Z", "uid": 0, "event": "override", "command": ["pip", "install", "two\x1b[31m"],
     "reason": "for a test", "sudo_user": "alice"},
    {"time": "2026-07-24T11:00:00Z", "uid": 0, "event": "refused", "command": ["pip", "install", "three"]},
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / ".local" / "state" / "pyguard"
    directory.mkdir(parents=True)
    lines = [json.dumps(entry) + "\n" for entry in ENTRIES]
    (directory / "journal.jsonl.1").write_text("".join(lines[:2]))
    (directory / "journal.jsonl").write_text(lines[2])
    monkeypatch.setattr(log.time, "time", lambda: NOW)
    return tmp_path


def show(home: Path, *arguments: str) -> list[str]:
    out = io.StringIO()
    code = log.run(arguments, environ={"HOME": str(home)}, cwd="/", uid=12345, stdout=out, stderr=io.StringIO())
    assert code == 0
    return out.getvalue().splitlines()


def test_a_line_an_entry_the_oldest_first_without_escapes(home: Path) -> None:
    assert show(home) == [
        "2026-07-01T10:00:00Z refused 54321 pip install one",
        "2026-07-24T09:00:00Z override alice pip install \"$(printf 'two\\033\\13331m')\" (for a test)",
        f"2026-07-24T11:00:00Z refused {log.user_name(0)} pip install three",
    ]


def test_without_home_it_is_what_was_written_without_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = namedtuple("own", "pw_dir pw_name")(str(home), "alice")
    monkeypatch.setattr(caller.pwd, "getpwuid", lambda uid: own)
    out = io.StringIO()
    assert log.run(["--json"], environ={}, cwd="/", uid=12345, stdout=out, stderr=io.StringIO()) == 0
    assert [json.loads(line) for line in out.getvalue().splitlines()] == ENTRIES


def test_json_is_the_entries_as_they_are_kept(home: Path) -> None:
    assert [json.loads(line) for line in show(home, "--json")] == ENTRIES


@pytest.mark.parametrize(("arguments", "which"), [
    (["--event", "refused"], [0, 2]), (["--event=override"], [1]), (["--event", "unknown"], []),
    (["--user", "alice"], [1]), (["--user", "54321"], [0]), (["--user", "root"], [1, 2]), (["--user=nobody-such"], []),
    (["--since", "7d"], [1, 2]), (["--since", "120m"], [2]), (["--since=1h"], [2]), (["--since", "30m"], []),
    (["--since", "2026-07-24"], [1, 2]), (["--since", "2026-07-24T10:30"], [2]), (["--since", "999999d"], [0, 1, 2]),
    (["--since", "2026-07-24T09:00:00Z", "--event", "refused"], [2]),
])
def test_filters(home: Path, arguments: list[str], which: list[int]) -> None:
    shown = [json.loads(line) for line in show(home, "--json", *arguments)]
    assert shown == [ENTRIES[index] for index in which]


@pytest.mark.parametrize("arguments", [["--since"], ["--since", "yesterday"], ["--since", "2026-7-1"], ["--what", "x"],
                                       ["refused"], ["--json=x"], ["--since", "1y"]])
def test_what_it_does_not_take(arguments: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(arguments, NOW)
    assert caught.value.exit_code == 2


def test_no_journal_is_no_entry(tmp_path: Path) -> None:
    assert show(tmp_path) == []
    assert log.run([], environ={}, cwd="/", uid=os.getuid() or 1, stdout=io.StringIO(), stderr=io.StringIO()) == 0


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_damaged_line_is_said_and_the_rest_shown(home: Path, options: list[str]) -> None:
    journal = home / ".local" / "state" / "pyguard" / "journal.jsonl"
    journal.write_text('{"time": "2026-07-\n' + journal.read_text())
    err = io.StringIO()
    assert log.run(options, environ={"HOME": str(home)}, cwd="/", uid=12345, stdout=io.StringIO(), stderr=err) == 0
    assert err.getvalue() == f"pyguard: {journal}:1: a damaged line, which is left out\n"
    assert len(show(home, *options)) == 3
