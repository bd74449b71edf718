"""`pyguard policy`, and what `pyguard pip` does with a policy that cannot be read."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from pyguard.cli import guard, policy
from pyguard.cli.policy_files import RULE_LEVELS
from pyguard.errors import PyguardError, UsageError
from pyguard.model.verdict import Level
from pyguard.settings import PolicyError

USER = 12345    # as root the files of a home count for nothing


@pytest.fixture
def home(tmp_path: Path) -> Path:
    if os.path.exists("/etc/pyguard"):
        pytest.skip("needs a machine without a policy of its own in /etc/pyguard")
    (tmp_path / ".config/pyguard").mkdir(parents=True)
    return tmp_path


def call(home: Path, *arguments: str, uid: int = USER) -> str:
    stdout = io.StringIO()
    environ = {"HOME": str(home)}
    assert policy.run(arguments, environ=environ, cwd=str(home), uid=uid, stdout=stdout, stderr=io.StringIO()) == 0
    return stdout.getvalue()


def write(home: Path, text: str) -> Path:
    """Owned by whoever runs the tests: root's are believed by everybody, one's own by oneself."""
    path = home / ".config/pyguard/policy.toml"
    path.write_text(text)
    path.chmod(0o644)
    return path


def uid_of_tests() -> int:
    return os.geteuid() or USER


def test_show_names_the_origin_of_each_line(home: Path) -> None:
    path = write(home, '\nredirect = "ask"\n[[allow]]\nrule = "os-files-changed"\nreason = "old"\nuntil = 2020-01-01\n')
    shown = call(home, "show", uid=uid_of_tests()).splitlines()
    assert f'redirect = "ask"    ({path}:2)' in shown
    assert 'global-installs = "refuse"    (default)' in shown
    assert f"allow = os-files-changed until 2020-01-01: old    ({path}:3)" in shown
    assert "without effect: the allowance of os-files-changed ended on 2020-01-01" in shown
    assert call(home, uid=uid_of_tests()).splitlines() == shown


def test_show_as_json(home: Path) -> None:
    write(home, 'redirect = "ask"\n')
    data = json.loads(call(home, "show", "--json", uid=uid_of_tests()))
    assert data["schema"] == 1 and data["settings"]["redirect"] == "ask"
    assert {line["key"] for line in data["lines"]} >= {"redirect", "global-installs", "enforce-from"}


def test_check(home: Path) -> None:
    assert call(home, "check") == "there is no policy file: the defaults hold\n"
    path = write(home, 'redirect = "ask"\n')
    assert call(home, "check", uid=uid_of_tests()) == f"{path}: understood\n"
    assert call(home, "check", str(path)) == f"{path}: 1 statements\n"
    write(home, "redirect = 3\n")
    with pytest.raises(PolicyError) as caught:
        call(home, "check", uid=uid_of_tests())
    assert caught.value.context == f"{path}:1"


def test_check_says_what_does_not_hold_here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root goes by no file of another's, be it root's HOME."""
    path = write(home, 'redirect = "ask"\n')
    path.chmod(0o666)
    assert call(home, "check", uid=0).startswith(f"not read: {path}: root does not read it")
    monkeypatch.setattr(policy, "is_disabled", lambda host: True)
    assert call(home, "check", uid=0).startswith("pyguard is switched off on this machine")


@pytest.mark.parametrize("arguments", [("check",), ("check", "FILE"), ("approve", "PROJECT")])
def test_a_plugins_rule_may_be_named(arguments: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, project = write(home, '[levels]\nacme-name = "warn"\n'), home / "pyproject.toml"
    project.write_text('[tool.pyguard.levels]\nacme-name = "warn"\n')
    words = [str({"FILE": path, "PROJECT": project}.get(word, word)) for word in arguments]
    project.rename(home / "later") if "PROJECT" not in arguments else None
    with pytest.raises(PolicyError, match="there is no rule 'acme-name'"):
        call(home, *words, uid=uid_of_tests())
    monkeypatch.setattr(policy, "rule_levels", lambda caller: {**RULE_LEVELS, "acme-name": Level.BLOCK})
    assert "not" not in call(home, *words, uid=uid_of_tests())


def test_approve_lets_a_project_loosen(home: Path) -> None:
    project = home / "pyproject.toml"
    project.write_text('[tool.pyguard]\nuser-installs = "allow"\n')
    me = uid_of_tests()
    assert "without effect: user-installs" in call(home, "show", uid=me)
    assert "approved as it stands" in call(home, "approve", uid=me)
    assert f'user-installs = "allow"    ({project}:2)' in call(home, "show", uid=me).splitlines()
    project.write_text('[tool.pyguard]\nuser-installs = "allow"\nredirect = "create"\n')
    assert "without effect: user-installs" in call(home, "show", uid=me)


def test_there_must_be_something_to_approve(home: Path) -> None:
    with pytest.raises(PyguardError) as caught:
        call(home, "approve")
    assert caught.value.reference == "policy-unreadable"
    (home / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(PyguardError) as caught:
        call(home, "approve")
    assert caught.value.reference == "nothing-to-approve"


def test_usage(home: Path) -> None:
    for arguments in (["forget"], ["show", "x"], ["approve", "a", "b"]):
        with pytest.raises(UsageError):
            call(home, *arguments)


def test_a_broken_policy_refuses_on_a_protected_interpreter(home: Path) -> None:
    if not os.path.exists("/usr/bin/python3"):
        pytest.skip("needs an operating system with a Python of its own in /usr/bin")
    path = write(home, "user-installs = 'allow'\nredirect =\n")
    real = home / "pip3"
    real.write_text("#!/usr/bin/python3\n")
    real.chmod(0o755)
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    with pytest.raises(PyguardError) as caught:
        guard.run(["--real", str(real), "--", "install", "cowsay"], environ=environ, cwd=str(home), uid=uid_of_tests(),
                  stdout=io.StringIO(), stderr=io.StringIO(), tool="pip")
    error = caught.value
    assert (error.reference, error.exit_code) == ("facts-incomplete", 11)
    assert error.context == f"{path}:2"
