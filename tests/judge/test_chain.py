"""Commands that need a decision about the interpreter before they can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.errors import ForeignUsageError, PyguardError
from pyguard.host import Host
from pyguard.intake.frontends import load
from pyguard.judge import Caller, Command, judge
from pyguard.model.settings import Settings
from tests.builders import an_interpreter


def a_host(top: Path, pip: str) -> Host:
    """A Debian tree whose Python has a pip of that version in /usr/local."""
    package = top / "usr/local/lib/python3.11/dist-packages/pip"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f'__version__ = "{pip}"\n')
    for name, text in (("usr/lib/python3.11/os.py", ""), ("usr/lib/python3.11/site.py", "dist-packages"),
                       ("usr/bin/python3", "\x7fELF")):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return Host(str(top))


def ask(host: Host) -> None:
    argv = ("pip", "install", "--not-yet-invented", "x")
    command = Command(load("pip_frontend"), argv, "/usr/bin/pip", "/usr/bin/python3")
    judge(host, command, Caller({"HOME": "/root"}, "/", 0), Settings(), an_interpreter())


def test_an_unknown_option_of_a_pip_that_is_known_is_pips_own_business(tmp_path: Path) -> None:
    with pytest.raises(ForeignUsageError):
        ask(a_host(tmp_path, "24.0"))


def test_an_unknown_option_of_a_newer_pip_is_not_let_through(tmp_path: Path) -> None:
    with pytest.raises(PyguardError, match="newer than pyguard knows") as caught:
        ask(a_host(tmp_path, "99.1"))
    assert not isinstance(caught.value, ForeignUsageError)
