"""`pyguard sudo`: which of sudo's commands are looked at, and what is said about them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from pyguard.cli import policy_files, sudo
from pyguard.cli.main import main
from pyguard.errors import CollectError, PyguardError, UsageError
from pyguard.facts import operating_system
from pyguard.host import Host
from pyguard.settings import PolicyError


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


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> str:
    """Debian's own, on a machine that counts for none of a container's."""
    host = Host()
    monkeypatch.setattr(operating_system, "CONTAINER_MARKS", ())    # a container refuses conflicts only
    if not (host.exists("/usr/bin/pip3") and host.exists("/usr/lib/python3/dist-packages")):
        pytest.skip("needs Debian's pip3 in /usr/bin")
    return "/usr/bin/pip3"


@pytest.mark.parametrize("words", [("pip3", "install", "six"), ("-H", "pip3", "install", "six"),
                                   ("-nE", "A=b", "/usr/bin/pip3", "install", "six")])
def test_roots_pip_on_the_systems_python_is_refused(tmp_path: Path, pip: str, words: tuple[str, ...]) -> None:
    code, text = judge(tmp_path, *words)
    assert code == 11
    assert text.startswith("pyguard: refused: pip3 install six\n")
    if os.getuid():
        assert '"refused"' in (tmp_path / ".local/state/pyguard/journal.jsonl").read_text()
    else:
        assert "the journal could not be written" in text    # root is no user 4242: a refusal stands nevertheless


def test_the_advice_is_for_who_typed_it(tmp_path: Path, pip: str) -> None:
    _, text = judge(tmp_path, "-H", "pip3", "install", "six==1.15")
    assert "/root/" not in text and f" {tmp_path}/.venvs/six-py3" in text
    assert "record: sudo PYGUARD_ALLOW='your reason' pip3 install six==1.15\n" in text
    assert "pyguard explain pip3 install six==1.15\n" in text


def test_what_cannot_be_judged_is_refused(tmp_path: Path, pip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a refusal stops the shell's function; with any other code sudo goes on."""
    for error, words in ((PolicyError("bad-policy", "no such value"), "the policy cannot be read: no such value"),
                         (CollectError("unreadable", "no facts"), "it cannot be judged: no facts")):
        def fail(*_: object, error: PyguardError = error) -> None:
            raise error
        monkeypatch.setattr(policy_files, "load_settings", fail)
        with pytest.raises(PyguardError, match=words) as raised:
            judge(tmp_path, "pip3", "install", "six")
        assert raised.value.exit_code == 11
        assert judge(tmp_path, "pip3", "list") == (0, "")


def test_a_fault_of_pyguards_own_refuses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError
    monkeypatch.setattr(sudo, "_judge", fail)
    assert main(["sudo", "--", "pip", "install", "six"]) == 11


def test_what_it_does_not_take(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        sudo.run(["pip"], environ={}, cwd="/", uid=1, stdout=io.StringIO(), stderr=io.StringIO())
