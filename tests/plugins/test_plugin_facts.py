"""What a plugin adds to what is known of a host: package databases, and command lines that are understood."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.errors import ForeignUsageError, PyguardError
from pyguard.facts.index import open_index
from pyguard.facts.interpreter import inspect
from pyguard.judge import Caller, identify, is_free, judge
from pyguard.model.settings import Settings
from pyguard.model.verdict import Level
from pyguard.plugins.installed import InstalledPlugins
from tests.facts.debian_host import OS_SITE, DebianHost
from tests.plugins.installing import EXAMPLE, plugins_of, put

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")    # pytest-xdist has threads


def a_caller(plugins: InstalledPlugins, cwd: Path) -> Caller:
    environ = {"HOME": "/root", "PATH": "/usr/bin"}
    return Caller(environ, str(cwd), 0, frontends=plugins.frontends, extensions=plugins)


def test_a_frontend_of_a_plugins_is_judged_like_a_built_in_one(tmp_path):
    put(tmp_path / "own", EXAMPLE.read_text())
    world, plugins = acme_host(tmp_path), plugins_of(tmp_path / "own")
    world.write("/usr/lib/python3.11/site.py", "dist-packages")
    world.write("/usr/share/python3/debian_defaults", "[DEFAULT]\ndefault-version = python3.11\n")
    for name in ("python3", "python3.11", "acme-get"):
        world.write(f"/usr/bin/{name}", "\x7fELF", 0o755)
    caller = a_caller(plugins, tmp_path)
    command = identify(world.host, ["acme-get", "cryptography"], caller)
    assert (command.frontend.NAME, command.interpreter) == ("acme-get", "/usr/bin/python3")
    assert not is_free(world.host, inspect(world.host, "/usr/bin/python3", environment={}, uid=0), command, caller)
    decision = judge(world.host, command, caller, Settings())
    assert decision.verdict.level is Level.BLOCK and not decision.facts.gaps
    rules = {finding.rule for finding in decision.verdict.findings}
    assert {"protected-interpreter-install", "acme-unreviewed-name"} <= rules
    with pytest.raises(ForeignUsageError, match="acme-get knows no -x"):
        judge(world.host, identify(world.host, ["acme-get", "-x"], caller), caller, Settings())
    assert identify(world.host, ["pip", "install", "x"], caller).frontend.NAME == "pip"


@pytest.mark.parametrize("body", ["1 / 0", "return 42", "import os; os._exit(0)", "return ['x']"])
def test_a_frontend_that_fails_lets_nothing_pass(body, tmp_path):
    text = EXAMPLE.read_text().replace('return "/usr/bin/python3"', body)
    put(tmp_path / "own", text)
    plugins = plugins_of(tmp_path / "own")
    with pytest.raises(PyguardError, match="plugin acme: ") as raised:
        identify(DebianHost(tmp_path / "tree").host, ["acme-get", "x"], a_caller(plugins, tmp_path))
    assert raised.value.reference == "facts-incomplete"


def acme_host(tmp_path: Path) -> DebianHost:
    world = DebianHost(tmp_path / "tree")
    world.stock()
    world.write("/usr/bin/acme-backup", "#!/usr/bin/python3\n", 0o755)
    world.write("/opt/acme/packages.tsv", "acme-backup\t3.1\t/usr/bin/acme-backup\tpython3-cryptography\n")
    return world


def test_a_package_database_of_a_plugins_adds_requesters(tmp_path):
    put(tmp_path / "own", EXAMPLE.read_text())
    world, plugins = acme_host(tmp_path), plugins_of(tmp_path / "own")
    index = open_index(world.host, [OS_SITE], cache=[str(tmp_path / "cache")], uid=os.geteuid(), more=plugins)
    named = {item.name: item for item in index.requesters()}
    assert named["acme-backup"].owner.version == "3.1" and named["acme-backup"].commands == ("/usr/bin/acme-backup",)
    assert {"certbot", "python3-openssl"} <= named.keys() and not index.gaps
    assert len(os.listdir(tmp_path / "cache")) == 1
    world.write("/opt/acme/packages.tsv", "acme-backup\t3.22\t/usr/bin/acme-backup\tpython3-cryptography\n")
    again = open_index(world.host, [OS_SITE], cache=[str(tmp_path / "cache")], uid=os.geteuid(), more=plugins)
    assert {item.name: item for item in again.requesters()}["acme-backup"].owner.version == "3.22"
    plugins.close()


def test_a_plugins_database_changes_nothing_that_dpkg_knows(tmp_path):
    put(tmp_path / "own", EXAMPLE.read_text())
    world, plugins = acme_host(tmp_path), plugins_of(tmp_path / "own")
    world.write("/opt/acme/packages.tsv", f"certbot\t0\t{OS_SITE.path}/cryptography/__init__.py\tnobody\n")
    with_it = open_index(world.host, [OS_SITE], more=plugins)
    plugins.close()
    without = open_index(world.host, [OS_SITE])
    assert with_it.data == without.data


@pytest.mark.parametrize("line, said", [
    ("acme-backup\t3.1", "has a line of 2 fields"), ("acme\t1\tusr/bin/acme\tx", "is owned by"),
    ("", "without packages")])
def test_a_plugins_database_that_is_damaged_is_a_gap_and_not_kept(line, said, tmp_path):
    put(tmp_path / "own", EXAMPLE.read_text())
    world, plugins = acme_host(tmp_path), plugins_of(tmp_path / "own")
    world.write("/opt/acme/packages.tsv", line)
    index = open_index(world.host, [OS_SITE], cache=[str(tmp_path / "cache")], uid=os.geteuid(), more=plugins)
    assert [gap.subject for gap in index.gaps] == ["plugin acme"] and said in index.gaps[0].reason
    assert not (tmp_path / "cache").exists() and not index.complete
    plugins.close()


def test_where_no_database_is_known_a_plugins_does_not_hide_that(tmp_path):
    put(tmp_path / "own", EXAMPLE.read_text())
    world, plugins = acme_host(tmp_path), plugins_of(tmp_path / "own")
    world.status.unlink()
    index = open_index(world.host, [OS_SITE], more=plugins)
    plugins.close()
    assert [gap.subject for gap in index.gaps] == ["the OS package database"]
