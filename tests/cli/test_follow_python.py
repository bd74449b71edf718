"""A Python was upgraded to another minor: what was recorded for the old one goes, its pins are made for the new one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from pyguard.cli import hook_install, hook_refresh
from pyguard.cli.follow_python import forget_gone, has_successor, setting_for
from pyguard.cli.hook_targets import USER_STATE, Scope
from pyguard.enforce import site_pip_conf
from pyguard.enforce.manifest import Manifest
from pyguard.model.facts import EnvironmentKind, Interpreter


def python(version: str) -> Interpreter:
    return Interpreter("/usr/bin/python3", EnvironmentKind.SYSTEM, prefix="/usr", base_prefix="/usr",
                       stdlib=f"/usr/lib/python{version}", version=f"{version}.1")


def record(scope: Scope, name: str) -> Manifest:
    return Manifest(f"{scope.manifests}/{name}.manifest")


def test_records_of_a_python_that_is_gone_go(tmp_path: Path) -> None:
    scope, prefix = Scope(True, str(tmp_path / "state"), "/root"), tmp_path / "usr"
    prefix.mkdir()
    for minor in ("3.11", "3.13"):
        manifest = record(scope, f"startup-usr-{minor}")
        manifest.open()
        manifest.create(str(tmp_path / f"hook-{minor}"), b"")
    site_pip_conf.install(str(prefix), "constraint", f"{scope.state}/constraints/usr-3.11.txt",
                          record(scope, "pip-conf-usr-3.11"))
    record(scope, "shell").open()
    assert forget_gone(scope, [python("3.11"), python("3.13")]) == ()
    pinned = forget_gone(scope, [python("3.13")])
    assert pinned == ("usr",)
    assert (setting_for(python("3.13"), pinned), setting_for(python("3.13"), ())) == ("constraint", None)
    assert not (prefix / "pip.conf").exists() and not (tmp_path / "hook-3.11").exists()
    assert (tmp_path / "hook-3.13").exists() and (tmp_path / "state/hooks/shell.manifest").exists()


def test_what_pins_nothing_is_not_asked_for_again(tmp_path: Path) -> None:
    scope = Scope(True, str(tmp_path / "state"), "/root")
    site_pip_conf.install(str(tmp_path), "require-virtualenv", "true", record(scope, "pip-conf-usr-3.11"))
    assert forget_gone(scope, [python("3.13")]) == ()


def test_what_others_have_changed_stays_with_its_record(tmp_path: Path) -> None:
    scope = Scope(True, str(tmp_path / "state"), "/root")
    manifest = record(scope, "externally-managed-usr-3.11")
    manifest.open()
    manifest.create(str(tmp_path / "EXTERNALLY-MANAGED"), b"ours")
    (tmp_path / "EXTERNALLY-MANAGED").write_text("theirs")
    assert forget_gone(scope, [python("3.13")]) == ()
    assert (tmp_path / "EXTERNALLY-MANAGED").exists() and Path(manifest.path).exists()


def test_a_successor_is_one_that_stands_where_a_guarded_one_did(tmp_path: Path) -> None:
    scope = Scope(True, str(tmp_path / "state"), "/root")
    assert not has_successor(scope, [python("3.13")])    # nothing was put in place, or all of it was taken away
    record(scope, "startup-usr-3.11").open()
    assert has_successor(scope, [python("3.13")])
    assert not has_successor(scope, [python("3.11"), python("3.13")])    # of two at once one may have been chosen
    assert not has_successor(scope, [python("3.11")])
    assert not has_successor(scope, [])    # in the middle of an upgrade
    record(scope, "startup-usr-3.13").open()
    assert not has_successor(scope, [python("3.13")])


@pytest.mark.parametrize(("version", "chosen", "expected"), [
    ("3.13", (), [("--missing",)]), ("3.11", (), []), ("3.13", ("--interpreter", "/usr/bin/python3"), [])])
def test_refresh_guards_the_successor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str,
                                      chosen: tuple[str, ...], expected: list[tuple[str, ...]]) -> None:
    scope, asked = Scope(False, str(tmp_path / USER_STATE), str(tmp_path)), list[Sequence[str]]()
    record(scope, "startup-usr-3.11").open()

    def install(arguments: Sequence[str], **_: object) -> int:
        asked.append(arguments)
        return 0

    monkeypatch.setattr(hook_refresh, "choose_interpreters", lambda *_: (python(version),))
    monkeypatch.setattr(hook_refresh, "refresh", lambda *_: ["looked"])
    monkeypatch.setattr(hook_install, "run", install)
    out = io.StringIO()
    assert hook_refresh.run(chosen, environ={"HOME": str(tmp_path)}, cwd="/", uid=1000, stdout=out, stderr=out) == 0
    assert (asked, out.getvalue()) == (expected, "" if expected else "looked\n")
