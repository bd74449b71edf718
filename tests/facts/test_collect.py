"""Facts from their parts, and of a whole tree."""

from __future__ import annotations

import json
import os
import shutil
import sys

import pytest

from pyguard.codec import decode, encode
from pyguard.facts.collect import assemble, collect
from pyguard.facts.index import open_index
from pyguard.host import Host
from pyguard.model.facts import (
    Bound,
    EnvironmentKind,
    Facts,
    Interpreter,
    OperatingSystem,
    OwnerKind,
    PipBuild,
    RequesterKind,
    ShellEnvironment,
)
from tests.facts.debian_host import LOCAL_SITE, OS_SITE, SITE, USER_SITE, DebianHost

PYTHON = Interpreter("/usr/bin/python3.11", EnvironmentKind.SYSTEM, version="3.11")
SITES = (USER_SITE, LOCAL_SITE, OS_SITE)


@pytest.fixture
def debian(tmp_path):
    debian = DebianHost(tmp_path)
    debian.stock()
    debian.package("python3.11-minimal", "3.11.2-6", ("/usr/bin/python3.11",))
    return debian


def put(debian, site, name, version, module):
    debian.write(f"{site.path}/{name}-{version}.dist-info/METADATA", f"Name: {name}\nVersion: {version}\n")
    debian.write(f"{site.path}/{name}-{version}.dist-info/RECORD", f"{module}/__init__.py,,\n")
    debian.write(f"{site.path}/{module}/__init__.py")


def gather(debian, wanted, archive=()):
    return assemble(debian.host, OperatingSystem("debian", "12"), PYTHON, SITES,
                    open_index(debian.host, [OS_SITE]), environment=ShellEnvironment(), wanted=wanted,
                    archive=archive)


def test_the_articles_command(debian):
    facts = gather(debian, {"cryptography"})
    cryptography = next(item for item in facts.distributions if item.name == "cryptography")
    assert (cryptography.version, cryptography.owner.name) == ("38.0.4", "python3-cryptography")
    (bound,) = [bound for item in facts.requesters for bound in item.needs if bound.relation == "<<"]
    assert bound == Bound("python3-cryptography", "<<", "40")
    assert [item.name for item in facts.requesters if item.commands] == ["certbot"]
    assert facts.interpreter.owner.name == "python3.11-minimal"
    assert facts.gaps == ()


def test_a_copy_in_front_comes_first(debian):
    put(debian, USER_SITE, "cryptography", "42.0", "cryptography")
    put(debian, LOCAL_SITE, "cryptography", "41.0", "cryptography")
    put(debian, LOCAL_SITE, "unrelated", "1.0", "unrelated")
    facts = gather(debian, {"cryptography"})
    copies = [item.version for item in facts.distributions if item.name == "cryptography"]
    assert copies == ["42.0", "41.0", "38.0.4"]


def test_an_installed_distribution_lends_its_import_names(debian):
    put(debian, LOCAL_SITE, "my-fork", "1", "OpenSSL")
    facts = gather(debian, {"my-fork"})
    assert {item.name for item in facts.distributions} == {"my-fork", "pyopenssl"}
    assert "certbot" in {item.name for item in facts.requesters}


def test_a_name_nobody_uses(debian):
    facts = gather(debian, {"rich"})
    assert facts.distributions == () == facts.requesters


def test_everything(debian):
    facts = gather(debian, None)
    assert {"cryptography", "pyopenssl", "certbot"} <= {item.name for item in facts.distributions}
    assert RequesterKind.SCRIPT in {item.kind for item in facts.requesters}
    assert decode(Facts, json.loads(json.dumps(encode(facts)))) == facts


def test_only_what_matters_of_the_archive(debian):
    archive = (("python3-yaml", "6.0-3"), ("python3-zzz", "1"), ("python3.11-venv", "3.11.2-6"))
    assert gather(debian, {"pyyaml"}, archive).archive == (archive[0], archive[2])
    assert gather(debian, None, archive).archive == archive


def test_an_unreadable_site_is_a_gap(debian):
    (debian.root / "usr/local/lib/python3.11").mkdir(parents=True)
    (debian.root / LOCAL_SITE.path[1:]).symlink_to("dist-packages")
    facts = gather(debian, {"cryptography"})
    assert [gap.subject for gap in facts.gaps] == [LOCAL_SITE.path]
    assert facts.distributions


needs_debian = pytest.mark.skipif(
    not (shutil.which("dpkg") and Host().exists("/usr/bin/python3") and Host().is_dir(SITE)),
    reason="no Debian-like system Python here")


@needs_debian
def test_this_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(Host, "run", lambda *_, **__: pytest.fail("a program was started"))
    pip = PipBuild(f"{SITE}/pip", "23.0.1")
    asked = []

    def find_pip(host, interpreter, sites, owner_of):
        asked.append((interpreter.path, sites, owner_of("/nonexistent")))
        return pip

    facts = collect(Host(), "/usr/bin/python3", environment={"HOME": str(tmp_path), "PATH": "/usr/bin"},
                    uid=os.getuid(), cwd="/", wanted={"pip"}, find_pip=find_pip)
    assert facts.interpreter.is_protected and facts.pip == pip
    assert asked == [("/usr/bin/python3", facts.sites, None)]
    assert all(item.owner.kind is OwnerKind.OS for item in facts.distributions if item.site == SITE)


def test_a_conda_environment_has_no_os_side(tmp_path):
    debian = DebianHost(tmp_path)
    prefix = "/opt/conda/envs/x"
    debian.write(f"{prefix}/conda-meta/python-3.11.9-h1.json", '{"name": "python", "version": "3.11.9"}')
    debian.write(f"{prefix}/conda-meta/history")
    debian.write(f"{prefix}/bin/python3.11", "\x7fELF", 0o755)
    debian.write(f"{prefix}/lib/python3.11/os.py")
    debian.write(f"{prefix}/lib/python3.11/site-packages/foo-1.dist-info/METADATA", "Name: foo\nVersion: 1\n")
    facts = collect(debian.host, f"{prefix}/bin/python3.11", environment={}, uid=os.getuid(), cwd="/")
    assert facts.interpreter.kind is EnvironmentKind.CONDA
    assert [item.name for item in facts.distributions] == ["foo"]
    assert facts.requesters == () and facts.archive == ()


@pytest.mark.parametrize(("home", "homeless"), [
    ("/home/alice", False), ("/home/new", False), ("", True), ("/nonexistent", False), ("relative", True)])
def test_whether_there_is_a_home(debian, home, homeless):
    debian.write("/home/alice/.profile")
    facts = collect(debian.host, "/usr/bin/python3.11", environment={"HOME": home}, uid=os.getuid(), cwd="/")
    assert facts.environment.homeless is homeless    # what is not there yet can be made here


def test_a_home_that_cannot_be_written_to_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(Host, "is_writable", lambda self, path: path != "/")
    for home, homeless in (("/nonexistent", True), ("/", True), (f"{tmp_path}/new/home", False)):
        facts = collect(Host(), sys.executable, environment={"HOME": home}, uid=1000, cwd="/")
        assert facts.environment.homeless is homeless
