"""A Python was upgraded to another minor: what was recorded for the old one goes, its pins are made for the new one."""

from __future__ import annotations

from pathlib import Path

from pyguard.cli.follow_python import forget_gone, setting_for
from pyguard.cli.hook_targets import Scope
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
