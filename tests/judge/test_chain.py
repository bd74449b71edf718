"""Commands that need a decision about the interpreter before they can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.errors import ForeignUsageError, PyguardError
from pyguard.host import Host
from pyguard.intake.frontends import load
from pyguard.judge import Caller, Command, judge
from pyguard.model.request import Action
from pyguard.model.settings import Settings
from pyguard.model.verdict import Level
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


@pytest.mark.parametrize(("pip", "variables", "judged"), [
    ("22.3", {"PIP_PYTHON": "/srv/v/bin/python3"}, "/srv/v/bin/python3"),
    ("22.3", {"PIP_PYTHON": "/srv/v"}, "/srv/v/bin/python3"),
    ("22.3", {"PIP_CONFIG_FILE": "/srv/pip.conf"}, "/srv/v/bin/python3"),
    ("22.2.2", {"PIP_PYTHON": "/srv/v/bin/python3"}, "/usr/bin/python3"),
    ("20.3.4", {"PIP_PYTHON": "/nonexistent"}, "/usr/bin/python3"),
    ("20.3.4", {"PIP_CONFIG_FILE": "/srv/pip.conf"}, "/usr/bin/python3"),
    ("unknown", {"PIP_PYTHON": "/srv/v/bin/python3"}, "/usr/bin/python3"),
    ("26.3", {"PIP_PYTHON": "/srv/v/bin/python3", "_PIP_RUNNING_IN_SUBPROCESS": "1"}, "/usr/bin/python3"),
])
def test_another_python_in_the_settings_counts_where_pip_knows_of_it(
        tmp_path: Path, pip: str, variables: dict[str, str], judged: str) -> None:
    host = a_host(tmp_path, pip)
    (tmp_path / "srv/v/bin").mkdir(parents=True)
    (tmp_path / "srv/v/bin/python3").symlink_to("/usr/bin/python3")
    (tmp_path / "srv/v/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    (tmp_path / "srv/pip.conf").write_text("[global]\npython = /srv/v/bin/python3\n")
    command = Command(load("pip_frontend"), ("pip", "install", "six"), "/usr/bin/pip", "/usr/bin/python3")
    found = judge(host, command, Caller({"HOME": "/root", **variables}, "/", 0), Settings(), an_interpreter())
    assert found.facts.interpreter.path == judged


@pytest.mark.parametrize(("words", "variables", "reason"), [
    ("install", {}, "nothing to install"), ("uninstall -y", {}, "nothing to uninstall"),
    ("install -r /srv/empty.txt", {}, "nothing to install"),
    ("install six", {"PIP_PYTHON": "/gone"}, "no Python at /gone"),
])
def test_what_pip_stops_at_by_itself(tmp_path: Path, words: str, variables: dict[str, str], reason: str) -> None:
    host = a_host(tmp_path, "23.0.1")
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv/empty.txt").write_text("# nothing yet\n")
    command = Command(load("pip_frontend"), ("pip", *words.split()), "/usr/bin/pip", "/usr/bin/python3")
    with pytest.raises(ForeignUsageError, match=reason):
        judge(host, command, Caller({"HOME": "/root", **variables}, "/", 0), Settings(), an_interpreter())


@pytest.mark.parametrize("words", ["install", "uninstall -y"])
def test_requirements_of_a_variable_are_wanted(tmp_path: Path, words: str) -> None:
    host = a_host(tmp_path, "23.0.1")
    (tmp_path / "wanted.txt").write_text("six==1.15\n")
    command = Command(load("pip_frontend"), ("pip", *words.split()), "/usr/bin/pip", "/usr/bin/python3")
    caller = Caller({"HOME": "/root", "PIP_REQUIREMENT": "/wanted.txt"}, "/", 0)
    found = judge(host, command, caller, Settings(), an_interpreter())
    assert [wanted.name for wanted in found.request.wanted] == ["six"]


@pytest.mark.parametrize(("pip", "variables", "action"), [
    ("22.2", {"PIP_DRY_RUN": "1"}, Action.NONE), ("22.2", {"PIP_CONFIG_FILE": "/pip.conf"}, Action.NONE),
    ("22.2", {"PIP_CONFIG_FILE": "/pip.conf", "PIP_DRY_RUN": "no"}, Action.INSTALL),
    ("22.1", {"PIP_DRY_RUN": "1"}, Action.INSTALL), ("unknown", {"PIP_DRY_RUN": "1"}, Action.INSTALL),
])
def test_a_dry_run_in_the_settings_counts_where_pip_knows_of_it(tmp_path: Path, pip: str, variables: dict[str, str],
                                                                action: Action) -> None:
    host = a_host(tmp_path, pip)
    (tmp_path / "pip.conf").write_text("[install]\ndry-run = true\n")
    (tmp_path / "list.txt").write_text("attrs\n")
    for called, expected in (((), action), (("/usr/bin/python3", "/srv/pip-20.0-py3.whl/pip"), Action.INSTALL)):
        argv = ("pip", "install", "six", "-r", "/list.txt")
        command = Command(load("pip_frontend"), argv, "/usr/bin/pip", "/usr/bin/python3", called=called)
        found = judge(host, command, Caller({"HOME": "/root", **variables}, "/", 0), Settings(), an_interpreter())
        assert found.request.action is expected
        assert [change.name for change in found.plan.changes] == ([] if expected is Action.NONE else ["six", "attrs"])
        assert found.verdict.level is Level.ALLOW or expected is Action.INSTALL


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
