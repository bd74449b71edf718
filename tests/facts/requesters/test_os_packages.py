"""Who stands on a package with Python in it: bounds, or-groups, what virtual packages come down to."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from pyguard.facts.ownership import load_packages
from pyguard.facts.ownership.interface import Package
from pyguard.facts.requesters.importance import REASONS, core_reason
from pyguard.facts.requesters.os_packages import read_requesters, resolve_needs
from pyguard.host import Host
from pyguard.model.facts import Bound, Importance, RequesterKind
from tests.facts.debian_host import SITE, DebianHost


@pytest.fixture
def debian(tmp_path):
    return DebianHost(tmp_path)


def read(debian):
    found = read_requesters(debian.host, load_packages(debian.host))
    return {item.name: item for item in found}


def needs_of(*packages):
    by_name = {package.name: package for package in packages}
    return resolve_needs(by_name)


def make(name, version="1.0", depends=(), provides=()):
    return Package(name, version, depends=tuple(depends), provides=tuple(provides))


def test_certbot_stands_on_cryptography(debian):
    debian.stock()
    found = read(debian)
    assert Bound("python3-cryptography", "<<", "40") in found["python3-openssl"].needs
    assert found["python3-certbot"].needs == (Bound("python3-openssl"),)
    certbot = found["certbot"]
    assert certbot.kind is RequesterKind.OS_PACKAGE and certbot.importance is Importance.NORMAL
    assert certbot.needs == (Bound("python3-certbot", "=", "2.1.0-4"),)
    assert certbot.commands == ("/usr/bin/certbot", "certbot.service")
    assert "coreutils" not in found
    script = found["/usr/bin/certbot"]
    assert script.kind is RequesterKind.SCRIPT and script.owner.name == "certbot"
    assert (script.interpreter, script.flags) == ("/usr/bin/python3", ("-E", "-s"))


def test_through_a_package_without_files_of_its_own(debian):
    debian.package("python3-x", files=(f"{SITE}/x.py",))
    debian.package("meta", Depends="python3-x")
    debian.package("tool", files={"/usr/bin/tool": "#!/bin/sh\n"}, Depends="meta")
    found = read(debian)
    assert found["meta"].commands == ()
    assert found["tool"].commands == ("/usr/bin/tool",)


def test_compiled_programs_count_only_without_any_script(debian):
    debian.package("python3-x", files=(f"{SITE}/x.py",))
    debian.package("mixed", files={"/usr/bin/elf": "\x7fELF", "/usr/bin/py": "#!/usr/bin/env python3\n"},
                   Depends="python3-x")
    debian.package("gedit", files={"/usr/bin/gedit": "\x7fELF"}, Depends="python3-x")
    debian.package("desktop", files={"/usr/bin/desktop": "\x7fELF"}, Depends="gedit")
    found = read(debian)
    assert found["mixed"].commands == ("/usr/bin/py",)
    assert found["gedit"].commands == ("/usr/bin/gedit",)
    assert found["desktop"].commands == ()


def test_a_vendor_bundle_carries_nothing_of_the_system_python(debian):
    debian.package("cloud-cli", files=("/usr/lib/cloud/python/lib/python3.11/site-packages/x.py",))
    debian.package("cloud-extra", Depends="cloud-cli")
    assert read(debian) == {}


def test_unit_that_starts_a_binary_is_not_a_command(debian):
    debian.package("python3-x", files=(f"{SITE}/x.py",))
    debian.package("both", files={
        "/lib/systemd/system/a.service": "[Service]\nExecStart=-/bin/py --x\n",
        "/lib/systemd/system/b.service": "[Service]\nExecStart=/usr/sbin/elf\n",
        "/lib/systemd/system/c.service": "[Service]\nExecStart=/usr/bin/python3 /usr/share/c.py\n",
        "/usr/bin/py": "#!/usr/bin/python3\n", "/usr/sbin/elf": "\x7fELF"}, Depends="python3-x")
    assert read(debian)["both"].commands == ("/usr/bin/py", "a.service", "c.service")


@pytest.mark.parametrize("installed, bound", [
    (("a",), Bound("a", ">=", "1")),
    (("b",), Bound("b")),
    (("a", "b"), None),
    ((), None),
])
def test_an_or_group_counts_when_nothing_else_would_do(installed, bound):
    group = (Bound("a", ">=", "1"), Bound("b"))
    needs = needs_of(make("x", depends=[group]), *(make(name) for name in installed))
    assert needs["x"] == ((bound,) if bound else ())


def test_an_alternative_of_the_wrong_version_would_not_do():
    group = (Bound("a", ">=", "1"), Bound("b", ">=", "2"))
    assert needs_of(make("x", depends=[group]), make("a"), make("b"))["x"] == (Bound("a", ">=", "1"),)


def test_two_ranges_of_one_package_are_no_bound():
    group = (Bound("a", "<<", "1"), Bound("a", ">=", "3"))
    assert needs_of(make("x", depends=[group]), make("a", "3"))["x"] == (Bound("a"),)


def test_virtual_packages_come_down_to_their_only_provider():
    group = (Bound("python3-cffi-backend-api-min", "<=", "9729"),)
    user = make("x", depends=[group])
    one = make("python3-cffi-backend", provides=["python3-cffi-backend-api-min"])
    assert needs_of(user, one)["x"] == (Bound("python3-cffi-backend"),)
    assert needs_of(user, one, make("other", provides=["python3-cffi-backend-api-min"]))["x"] == ()


def test_circles_end(debian):
    debian.package("python3-a", files=(f"{SITE}/a.py",), Depends="python3-b")
    debian.package("python3-b", files=(f"{SITE}/b.py",), Depends="python3-a")
    assert set(read(debian)) == {"python3-a", "python3-b"}


@pytest.mark.parametrize("package, paths, core", [
    (Package("cloud-init", "1"), (), True),
    (Package("python3-yaml", "1"), (), False),
    (Package("anything", "1", essential=True), (), True),
    (Package("anything", "1", priority="required"), (), True),
    (Package("site-tool", "1"), ("/etc/apt/apt.conf.d/20site",), True),
    (Package("site-tool", "1"), ("/usr/bin/site-tool",), False),
])
def test_core(package, paths, core):
    assert bool(core_reason(package, paths)) is core


def test_every_core_name_has_one_reason():
    from pyguard.facts.requesters.importance import CORE

    words = [name for names in CORE.values() for name in names.split()]
    assert len(words) == len(set(words)) == len(REASONS)


@pytest.mark.skipif(not shutil.which("apt-cache"), reason="no apt here to compare with")
def test_direct_needs_are_those_of_apt():
    """apt lists every alternative and Pre-Depends; ours are those that only one package meets."""
    found = load_packages(Host())
    needs = resolve_needs(found.packages)
    carriers = sorted({package for path, package in found.owners.items() if path.startswith(SITE + "/")})[:12]
    if not carriers:
        pytest.skip("no OS package here ships Python modules")
    done = subprocess.run(["apt-cache", "rdepends", "--installed", "--no-recommends", "--no-suggests",
                           "--no-enhances", "--no-conflicts", "--no-breaks", "--no-replaces", *carriers],
                          capture_output=True, text=True, check=True)
    said: dict[str, set[str]] = {}
    current = ""
    for line in done.stdout.splitlines():
        if not line.startswith(" ") and line != "Reverse Depends:":
            current = line
        elif line.startswith(" "):
            said.setdefault(current, set()).add(line.strip(" |"))
    for carrier in carriers:
        ours = {name for name, bounds in needs.items() if carrier in {bound.package for bound in bounds}}
        direct = {name for name, package in found.packages.items()
                  if any(group == (bound,) and bound.package == carrier
                         for group in package.depends for bound in group)}
        assert direct <= ours
        assert direct <= said.get(carrier, set()) | {carrier}
