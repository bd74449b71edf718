"""A module that only root can read breaks everybody else's tools: root's audit says it, and nobody calls it changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.auditing.audit import audit
from pyguard.auditing.finders import os_files
from pyguard.auditing.repairs import plan_repair
from pyguard.auditing.world import World, look_around
from pyguard.facts.accounts import read_accounts
from pyguard.model.damage import FilesDamaged
from pyguard.model.repair import Left, Verb
from pyguard.model.settings import Settings
from tests.auditing.trees import pristine
from tests.facts.debian_host import SITE, DebianHost

SIX = f"{SITE}/six.py"
PIP = f"{SITE}/pip"


@pytest.fixture
def tree(tmp_path: Path) -> DebianHost:
    """Whatever the umask of whoever runs the tests."""
    tree = pristine(tmp_path / "root")
    for directory, _, _ in os.walk(tree.root):
        os.chmod(directory, 0o755)
    return tree


def look(tree: DebianHost, uid: int = 0) -> World:
    return look_around(tree.host, read_accounts(tree.host), environ={}, uid=uid, cwd="/")


def chmod(tree: DebianHost, path: str, mode: int) -> None:
    os.chmod(tree.host.locate(path), mode)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o700])
def test_a_module_that_not_everybody_may_read(mode: int, tree: DebianHost) -> None:
    chmod(tree, SIX, mode)
    report = audit(look(tree), Settings())
    [effect] = report.effects
    assert isinstance(effect, FilesDamaged) and (effect.missing, effect.changed, effect.closed) == ((), (), (SIX,))
    assert [(finding.rule, finding.summary) for finding in report.findings] == [
        ("os-files-damaged", f"python3-six 1.16.0-4: {SIX} cannot be read by everybody")]
    [action] = plan_repair(look(tree), report.effects, 0).actions
    assert (action.verb, action.path, action.paths) == (Verb.RESTORE, "python3-six", (SIX,))


def test_a_directory_of_modules(tree: DebianHost) -> None:
    chmod(tree, PIP, 0o750)
    report = audit(look(tree), Settings())
    assert [effect.closed for effect in report.effects if isinstance(effect, FilesDamaged)] == [(PIP,)]
    found = plan_repair(look(tree), report.effects, 0)
    assert (found.actions, found.left) == ((), (Left(f"{PIP} is closed to others than its owner",
                                                     f"sudo chmod 755 {PIP}"),))


def test_what_was_closed_on_purpose_and_what_is_no_module(tree: DebianHost) -> None:
    tree.write("/var/lib/dpkg/statoverride", f"root adm 640 {SIX}\nroot root damaged\n")
    chmod(tree, SIX, 0o640)
    chmod(tree, "/usr/bin/firewall-cmd", 0o700)
    assert audit(look(tree), Settings()).effects == ()


def test_a_tree_that_an_ordinary_user_unpacked_has_that_users_umask(tree: DebianHost) -> None:
    chmod(tree, SIX, 0o600)
    assert audit(look(tree, 1000), Settings()).effects == ()


def test_to_whom_it_is_closed_it_is_not_changed(tree: DebianHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(place: str, algorithm: str) -> str:
        raise PermissionError(13, "Permission denied", place)

    monkeypatch.setattr(os_files, "_digest", refuse)
    effects = list(os_files.find(look(tree)))
    assert effects and all(not effect.changed and effect.closed for effect in effects)
    assert not any(path.startswith("/usr/bin/") for effect in effects for path in effect.closed)
