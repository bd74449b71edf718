"""The index: a few rows for the hot path, kept, and never stale."""

from __future__ import annotations

import os
import shutil

import pytest

from pyguard.facts import index_build
from pyguard.facts.index import Index, open_index
from pyguard.facts.index_build import build_index
from pyguard.host import Host
from pyguard.model.facts import Bound, OwnerKind
from tests.facts.debian_host import OS_SITE, SITE, DebianHost

UID = os.getuid()


@pytest.fixture
def debian(tmp_path):
    debian = DebianHost(tmp_path / "root")
    debian.stock()
    debian.package("python3-attr", files={
        f"{SITE}/attrs-22.2.0.dist-info/METADATA": "Name: attrs\nVersion: 22.2.0\n",
        f"{SITE}/attr/__init__.py": "", f"{SITE}/attrs/__init__.py": ""})
    return debian


@pytest.fixture
def builds(monkeypatch):
    """Counts how often the index is built."""
    count = []

    def counted(host, sites, more=None):
        count.append(1)
        return build_index(host, sites, more)

    monkeypatch.setattr(index_build, "build_index", counted)
    return count


def open_twice(debian, tmp_path):
    return [open_index(debian.host, [OS_SITE], cache=[str(tmp_path / "cache")], uid=UID) for _ in range(2)]


def test_kept_and_built_are_the_same(debian, tmp_path, builds):
    built, kept = open_twice(debian, tmp_path)
    assert len(builds) == 1
    assert built.distributions() == kept.distributions() != ()
    assert built.requesters() == kept.requesters() != ()
    assert built.gaps == kept.gaps == ()


@pytest.mark.parametrize("wanted, names", [
    ({"cryptography"}, {"cryptography", "pyopenssl"}),    # pyOpenSSL requires it
    ({"attr"}, {"attrs"}), ({"pyopenssl"}, {"pyopenssl"}),
    ({"openssl"}, {"pyopenssl"}), ({"requests"}, set()), (set(), set())])
def test_distributions_by_either_name(debian, wanted, names):
    index = open_index(debian.host, [OS_SITE])
    assert {item.name for item in index.distributions(wanted)} == names
    assert {item.name for item in index.distributions(sorted(wanted))} == names


def test_distributions_that_share_an_import_name(debian):
    debian.package("python3-openssl-fork", files={
        f"{SITE}/fork-1.egg-info/PKG-INFO": "Name: fork\nVersion: 1\n",
        f"{SITE}/fork-1.egg-info/top_level.txt": "OpenSSL\n"})
    index = open_index(debian.host, [OS_SITE])
    assert {item.name for item in index.distributions({"pyopenssl"})} == {"pyopenssl", "fork"}


def test_requesters_are_the_closure(debian):
    index = open_index(debian.host, [OS_SITE])
    found = {item.name: item for item in index.requesters({"python3-cryptography"})}
    assert set(found) == {"python3-openssl", "python3-certbot", "certbot", "/usr/bin/certbot"}
    assert Bound("python3-cryptography", "<<", "40") in found["python3-openssl"].needs
    assert index.requesters({"python3-attr"}) == () == index.requesters(())


def test_owner_of_what_people_ask_about(debian):
    debian.package("libpython3.11-stdlib", files=("/usr/lib/python3.11/EXTERNALLY-MANAGED",))
    debian.package("python3.11-minimal", files=("/usr/bin/python3.11",))
    index = open_index(debian.host, [OS_SITE])
    owner = index.owner_of(f"{SITE}/cryptography/x509/__init__.py")
    assert (owner.kind, owner.name) == (OwnerKind.OS, "python3-cryptography")
    assert index.owner_of("/usr/lib/python3.11/EXTERNALLY-MANAGED").name == "libpython3.11-stdlib"
    assert index.owner_of("/usr/bin/python3.11").name == "python3.11-minimal"
    assert index.owner_of("/usr/local/bin/python3.11") is None and index.owner_of("") is None


@pytest.mark.parametrize("change", [
    lambda debian: debian.package("python3-new", files=(f"{SITE}/new.py",)),
    lambda debian: debian.package("new"),
    lambda debian: debian.write(f"{SITE}/foreign.py"),
    lambda debian: shutil.rmtree(debian.root / SITE[1:] / "cryptography"),
    lambda debian: debian.write("/var/lib/dpkg/diversions", "/usr/bin/certbot\n/usr/bin/c\n:\n"),
    lambda debian: debian.write("/usr/bin/other", "#!/usr/bin/python3\n"),
    lambda debian: (debian.root / "var/lib/dpkg/info/certbot.list").rename(
        debian.root / "var/lib/dpkg/info/certbot.list-old"),
])
def test_never_stale(debian, tmp_path, builds, change):
    open_twice(debian, tmp_path)
    change(debian)
    index = open_twice(debian, tmp_path)[1]
    assert len(builds) == 2
    fresh = open_index(debian.host, [OS_SITE])
    assert (index.distributions(), index.requesters()) == (fresh.distributions(), fresh.requesters())


def test_damage_is_a_gap_and_is_not_kept(debian, tmp_path, builds):
    debian.append("Package: half")
    first, second = open_twice(debian, tmp_path)
    assert len(builds) == 2
    assert [gap.subject for gap in first.gaps] == ["/var/lib/dpkg/status"]
    assert first.gaps == second.gaps
    assert "cryptography" in {item.name for item in first.distributions({"cryptography"})}


def test_no_package_database_is_a_gap(tmp_path):
    (tmp_path / "etc").mkdir()
    index = open_index(Host(str(tmp_path)), [OS_SITE])
    assert [gap.subject for gap in index.gaps] == ["the OS package database"]


def test_a_read_only_place_changes_nothing(debian):
    index = open_index(debian.host, [OS_SITE], cache=["/proc/nothing"], uid=UID)
    assert {item.name for item in index.distributions({"attr"})} == {"attrs"}


def test_another_format_is_built_anew(debian, tmp_path, builds, monkeypatch):
    open_twice(debian, tmp_path)
    monkeypatch.setattr("pyguard.facts.index.FORMAT", 999)
    open_twice(debian, tmp_path)
    assert len(builds) == 2


def test_names_in_any_encoding_are_kept(debian, tmp_path):
    debian.write(f"{SITE}/b\udce4d-1.dist-info/METADATA", "Name: b\udce4d\nVersion: 1\n")
    built, kept = open_twice(debian, tmp_path)
    assert built.distributions() == kept.distributions()


def test_nothing_is_run(debian, monkeypatch):
    monkeypatch.setattr(Host, "run", lambda *_, **__: pytest.fail("a program was started"))
    assert isinstance(open_index(debian.host, [OS_SITE]), Index)
