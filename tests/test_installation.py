"""Where pyguard lies says how it was installed; what follows from that for the hooks and the commands."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from pyguard import installation
from pyguard.cli import hook_targets, init, plugins
from pyguard.cli.hook_stage import run as stage
from pyguard.cli.hook_targets import choose_scope, choose_site, find_engine, static_notices
from pyguard.cli.init import command_path
from pyguard.enforce import startup_hook
from pyguard.enforce.manifest import Manifest
from pyguard.host import Host
from pyguard.installation import (
    BY_HAND,
    COMMAND,
    LIBRARY,
    MAIN,
    PYTHON,
    SET_UP,
    SHARED_SITE,
    as_root,
    is_packaged,
    own_pip,
    system_directory,
)
from pyguard.model.facts import EnvironmentKind, Interpreter
from pyguard.plugins import find


def test_only_the_library_of_the_package_is_packaged() -> None:
    assert is_packaged(f"{LIBRARY}/pyguard")
    assert not is_packaged(f"{BY_HAND}/venv/lib/python3.11/site-packages/pyguard")
    assert not is_packaged(f"{LIBRARY}-other/pyguard")
    assert not is_packaged() and system_directory() == BY_HAND    # a checkout, or an environment of the tests


def test_sudo_finds_what_is_there_for_everyone_and_nobodys_own(tmp_path: Path) -> None:
    command = tmp_path / "pyguard"
    assert as_root("audit", [str(command)]) == f"{SET_UP}, then sudo pyguard audit"
    command.touch()
    assert as_root("audit", [str(command)]) == "sudo pyguard audit"


def test_a_package_calls_itself_by_names_that_no_python_is_part_of(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (hook_targets, init, find):
        monkeypatch.setattr(module, "is_packaged", lambda: True)
    assert find_engine() == startup_hook.Engine((PYTHON, "-I", MAIN), (MAIN,))
    assert command_path(Host(), {}, "/any/shims") == COMMAND
    assert find.own_directories() == (LIBRARY,)    # and not that of the Python it runs on


def test_its_plugins_are_said_to_need_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "is_packaged", lambda: True)
    monkeypatch.setattr(plugins, "open_plugins", lambda quiet: None)
    out = io.StringIO()
    assert plugins.run([], environ={}, cwd="/", uid=0, stdout=out, stderr=io.StringIO()) == 0
    assert "environment of its own" in out.getvalue() and "pip" not in out.getvalue()


@pytest.mark.parametrize(("site_py", "made", "chosen"), [
    ("dist-packages", (SHARED_SITE, "/usr/lib/python3.11/dist-packages"), SHARED_SITE),
    ("", ("/usr/lib/python3.11/site-packages",), "/usr/lib/python3.11/site-packages"),
])
def test_its_hook_lies_where_the_distribution_keeps_modules(
        site_py: str, made: tuple[str, ...], chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_targets, "is_packaged", lambda: True)
    for directory in ("/usr/lib/python3.11", *made):
        os.makedirs(f"{tmp_path}{directory}", exist_ok=True)
    (tmp_path / "usr/lib/python3.11/site.py").write_text(site_py)
    interpreter = Interpreter("/usr/bin/python3", EnvironmentKind.SYSTEM, prefix="/usr", base_prefix="/usr",
                              stdlib="/usr/lib/python3.11", version="3.11.2")
    assert choose_site(Host(str(tmp_path)), interpreter, choose_scope(True, {}, 0), {}, 0) == chosen


def test_the_packages_tree_has_the_hook_and_the_lines_for_the_shells(tmp_path: Path) -> None:
    out = io.StringIO()
    assert stage([str(tmp_path)], environ={}, cwd="/", uid=0, stdout=out, stderr=io.StringIO()) == 0
    written = {str(path)[len(str(tmp_path)):] for path in tmp_path.rglob("*") if path.is_file()}
    assert written == set(out.getvalue().split())
    assert {f"{SHARED_SITE}/{name}" for name in (*startup_hook.MODULES, *startup_hook.STARTERS)} < written
    configuration = (tmp_path / SHARED_SITE[1:] / startup_hook.CONFIGURATION).read_text().splitlines()
    assert configuration[:4] == [f"engine={PYTHON}", "engine=-I", f"engine={MAIN}", f"engine-file={MAIN}"]
    assert configuration[4] == f"notice={static_notices()[0]}" and "@minor@" in configuration[4]
    assert "/usr/lib/pyguard/shims/.pyguard-init.sh" in (tmp_path / "etc/profile.d/pyguard.sh").read_text()


def test_a_tree_without_the_hook(tmp_path: Path) -> None:
    stage(["--startup", "none", "tree"], environ={}, cwd=str(tmp_path), uid=0, stdout=io.StringIO(),
          stderr=io.StringIO())
    assert sorted(path.name for path in (tmp_path / "tree").rglob("*") if path.is_file()) == [
        "pyguard.fish", "pyguard.sh"]


def test_a_hook_is_static_when_no_record_names_it(tmp_path: Path) -> None:
    site, manifests = tmp_path / "site", tmp_path / "hooks"
    assert not startup_hook.is_static(str(site), str(manifests))
    site.mkdir()
    (site / startup_hook.MODULES[0]).write_text("")
    assert startup_hook.is_static(str(site), str(manifests))
    (site / startup_hook.MODULES[0]).unlink()
    manifest = Manifest(str(manifests / "startup-x.manifest"))
    manifest.open()
    manifest.create(str(site / startup_hook.MODULES[0]), b"")
    assert not startup_hook.is_static(str(site), str(manifests))


def test_the_pip_of_ones_own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip").mkdir()
    for text, version in (('__version__ = "22.3.1"\n', "22.3.1"), ("", "")):
        (tmp_path / "pip/__init__.py").write_text(text)
        assert own_pip(["/nonexistent", str(tmp_path)]) == version
    assert own_pip(["/nonexistent"]) == ""
    (tmp_path / "pip/__init__.py").write_text('__version__ = "22.3.1"\n')
    monkeypatch.setattr(installation, "is_packaged", lambda: True)    # what lies there is the distribution's
    assert own_pip([str(tmp_path)]) == ""
