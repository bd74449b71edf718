"""`pyguard sudo`: which of sudo's commands are looked at, and what is said about them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from pyguard.cli import sudo
from pyguard.errors import UsageError
from pyguard.facts import operating_system
from pyguard.host import Host


def judge(home: Path, *words: str) -> tuple[int, str]:
    err = io.StringIO()
    code = sudo.run(["--", *words], environ={"HOME": str(home)}, cwd="/", uid=os.getuid() or 4242,
                    stdout=err, stderr=err)
    return code, err.getvalue()


@pytest.mark.parametrize("words", [
    (), ("apt-get", "install", "x"), ("-u", "alice", "pip", "install", "x"), ("ls",), ("A=b",), ("-i",),
    ("pip", "list"),
    ("/nowhere/pip", "install", "--unknown-option"), ("pip", "install", "--help"), ("python3", "-c", "install"),
    ("PYGUARD_ALLOW=because", "pip", "install", "six"), ("PATH=/nowhere", "pip3", "install", "six"),
])
def test_it_is_silent_about_the_rest(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert judge(tmp_path, *words) == (0, "")


@pytest.mark.parametrize("words", [("pip3", "install", "six"), ("-H", "pip3", "install", "six"),
                                   ("-nE", "A=b", "/usr/bin/pip3", "install", "six")])
def test_roots_pip_on_the_systems_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    words: tuple[str, ...]) -> None:
    host = Host()
    monkeypatch.setattr(operating_system, "CONTAINER_MARKS", ())    # a container refuses conflicts only
    if not (host.exists("/usr/bin/pip3") and host.exists("/usr/lib/python3/dist-packages")):
        pytest.skip("needs Debian's pip3 in /usr/bin")
    code, text = judge(tmp_path, *words)
    assert code == 11
    assert text.startswith("pyguard: refused: pip3 install six\n")
    if os.getuid():
        assert '"refused"' in (tmp_path / ".local/state/pyguard/journal.jsonl").read_text()
    else:
        assert "the journal could not be written" in text    # root is no user 4242: a refusal stands nevertheless


def test_what_it_does_not_take(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        sudo.run(["pip"], environ={}, cwd="/", uid=1, stdout=io.StringIO(), stderr=io.StringIO())
