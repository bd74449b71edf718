"""A guarded install: whatever goes wrong after it has run, it is taken back, and that is said."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyguard.cli import override
from pyguard.enforce.changes.transaction import Transaction
from pyguard.errors import PyguardError
from pyguard.host import Host
from pyguard.intake.frontends import find_frontend
from pyguard.judge import Caller, Command
from pyguard.model.damage import ToolBroken
from pyguard.model.decision import Decision
from tests.cli.test_settle import a_decision

Guarded = Callable[[str], tuple[int, str]]
INSTALL = "import os; os.mkdir({site!r}); open({site!r} + '/came.py', 'w').close(); "


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where the install writes; not there before."""
    return tmp_path / "site"


@pytest.fixture
def guarded(site: Path, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    """Runs Python code as the install; no tool stands on it."""
    def snapshot(decision: Decision, directory: str, identifier: str, caller: Caller) -> Transaction:
        transaction = Transaction(f"{directory}/{identifier}", {"kind": "override", "title": "a test"})
        transaction.snapshot(str(site))
        return transaction

    monkeypatch.setattr(override, "_snapshot", snapshot)
    monkeypatch.setattr(override, "_broken", lambda *_: [])
    monkeypatch.setattr(override, "changes_directory", lambda *_: str(site.parent / "state"))

    def run(code: str) -> tuple[int, str]:
        frontend = find_frontend("pip")
        assert frontend is not None
        argv = ("pip", "-c", INSTALL.format(site=str(site)) + code)
        caller, stderr = Caller({"HOME": "/"}, "/", os.geteuid()), io.StringIO()
        ended = override.run_guarded(Host(), Command(frontend, argv, sys.executable, sys.executable), a_decision(),
                                     caller, False, stderr)
        return ended, stderr.getvalue()

    return run


def test_what_worked_stays(guarded: Guarded, site: Path) -> None:
    code, said = guarded("")
    assert code == 0 and "takes this install back" in said and (site / "came.py").exists()


def test_what_failed_goes(guarded: Guarded, site: Path) -> None:
    code, said = guarded("raise SystemExit(3)")
    assert code == 3 and "everything is as it was before (the install itself failed: exit 3)" in said
    assert not site.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_for_pyguard_alone(number: int, guarded: Guarded, site: Path) -> None:
    """It waits for the install, which may be told, too, and then takes it back."""
    before = signal.signal(number, signal.SIG_DFL)    # under nohup(1) a closed terminal ends nothing
    try:
        code, said = guarded(f"import time; os.kill(os.getppid(), {int(number)}); time.sleep(0.3)")
    finally:
        signal.signal(number, before)
    assert code == 128 + number and f"(interrupted by {signal.Signals(number).name})" in said
    assert not site.exists()


def test_tools_that_cannot_be_looked_at(guarded: Guarded, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> Iterator[list[object]]:
        yield []
        raise PyguardError("no-look", "it cannot be looked at")

    looks = look()
    monkeypatch.setattr(override, "_broken", lambda *_: next(looks))
    with pytest.raises(PyguardError, match="cannot be looked at"):
        guarded("")
    assert not site.exists()


def test_tools_that_a_signal_has_ended_are_not_called_broken(guarded: Guarded, site: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> Iterator[list[ToolBroken]]:
        yield []
        os.kill(os.getpid(), signal.SIGINT)
        yield [ToolBroken("/usr/bin/certbot", "certbot", "KeyboardInterrupt")]

    looks = look()
    monkeypatch.setattr(override, "_broken", lambda *_: next(looks))
    code, said = guarded("")
    assert code == 128 + signal.SIGINT and "(interrupted by SIGINT)" in said and "does not start" not in said
    assert not site.exists()
