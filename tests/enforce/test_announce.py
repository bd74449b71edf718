"""What the system's log is told: journald's own protocol where it runs, with stable names, else syslog."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyguard.enforce import announce as module
from pyguard.enforce.announce import FIELDS, WARNING, announce


class Syslog:
    """Stands in for the C module."""

    LOG_PID, LOG_AUTHPRIV = 1, 80

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []

    def openlog(self, *arguments: object) -> None:
        assert arguments == ("pyguard", 1, 80)

    def syslog(self, priority: int, message: str) -> None:
        self.lines.append((priority, message))

    def closelog(self) -> None:
        pass


@pytest.fixture
def syslog(monkeypatch: pytest.MonkeyPatch) -> Syslog:
    made = Syslog()
    monkeypatch.setitem(sys.modules, "syslog", made)
    return made


@pytest.fixture
def journald(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    path = os.path.relpath(tmp_path / "socket")    # a socket's name has room for 107 bytes
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(path)
        made.settimeout(5)
        monkeypatch.setattr(module, "JOURNALD", path)
        yield made


def fields_of(data: bytes) -> dict[str, str]:
    """systemd's Native Journal Protocol, read back."""
    found = {}
    while data:
        line, _, rest = data.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            length, = struct.unpack("<Q", rest[:8])
            value, rest = rest[8:8 + length], rest[9 + length:]
        found[name.decode()] = value.decode()
        data = rest
    return found


def test_journald_gets_each_name_as_a_field_and_syslog_nothing(journald: socket.socket, syslog: Syslog) -> None:
    announce({"event": "refused", "uid": 1000, "rules": ["a-rule", "b-rule"], "reason": "two\nlines", "cwd": "",
              "command": ["pip", "install", "six"], "unknown": "left out"}, WARNING)
    found = fields_of(journald.recv(65536))
    assert found.pop("SYSLOG_PID") == str(os.getpid())
    assert found == {
        "MESSAGE": 'event="refused" uid=1000 rules=["a-rule", "b-rule"] reason="two\\nlines" '
                   'command=["pip", "install", "six"]',
        "PRIORITY": "4", "SYSLOG_FACILITY": "10", "SYSLOG_IDENTIFIER": "pyguard", "PYGUARD_EVENT": "refused",
        "PYGUARD_UID": "1000", "PYGUARD_RULES": "a-rule b-rule", "PYGUARD_REASON": "two\nlines",
        "PYGUARD_COMMAND": "pip install six"}
    assert syslog.lines == []


def test_a_journald_that_does_not_answer_leaves_it_to_syslog(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syslog: Syslog) -> None:
    (tmp_path / "socket").write_text("")
    monkeypatch.setattr(module, "JOURNALD", str(tmp_path / "socket"))
    announce({"event": "audit", "complete": False, "block": 0})
    assert syslog.lines == [(5, 'event="audit" block=0 complete=false')]


def test_names_are_fit_for_journald() -> None:
    assert len(set(FIELDS)) == len(FIELDS)
    assert all(name.replace("_", "").isalpha() and name == name.lower() for name in FIELDS)
