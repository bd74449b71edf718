"""Packages built with dpkg-deb, installed into a tree by dpkg itself, diverted by dpkg-divert; then read."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from pyguard.facts.ownership import load_packages, package_stamp
from pyguard.model.facts import Bound
from tests.facts.debian_host import SITE, DebianHost

pytestmark = [
    pytest.mark.skipif(os.getuid() != 0, reason="needs root: dpkg installs for nobody else"),
    pytest.mark.skipif(not (shutil.which("dpkg-deb") and shutil.which("dpkg-divert")), reason="no dpkg here"),
]


class RealDebian(DebianHost):
    """A tree whose database dpkg writes. Packages have no maintainer scripts, so nothing runs in it."""

    def __init__(self, directory):
        super().__init__(directory / "root")
        self.directory = directory

    def dpkg(self, *arguments, program="dpkg", check=True):
        log = ["--log=/dev/null"] if program == "dpkg" else []
        done = subprocess.run([program, f"--root={self.root}", *log, *arguments], capture_output=True,
                              text=True, env={**os.environ, "LC_ALL": "C"})
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def divert(self, path, to, *by):
        self.dpkg(*by, "--rename", "--divert", to, "--add", path, program="dpkg-divert")

    def build(self, name, version, files, conffiles=(), **fields):
        tree = self.directory / f"build-{name}-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        control = {"Package": name, "Version": version, "Architecture": "all", "Description": "x",
                   "Maintainer": "A <a@example.org>", **fields}
        (tree / "DEBIAN/control").write_text("".join(f"{key}: {value}\n" for key, value in control.items()))
        (tree / "DEBIAN/conffiles").write_text("".join(f"{path}\n" for path in conffiles))
        for path in (*files, *conffiles):
            file = tree / path[1:]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x\n")
        archive = f"{tree}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, archive], check=True,
                       capture_output=True)
        return archive


@pytest.fixture
def debian(tmp_path):
    return RealDebian(tmp_path)


def test_from_unpacked_to_config_files(debian):
    archive = debian.build("python3-x", "1:2.0-1", [f"{SITE}/x.py", "/usr/bin/x"],
                           ["/etc/cron.daily/x"], Depends="python3-y (<< 3)")
    stamps = [package_stamp(debian.host)]
    debian.dpkg("--unpack", archive)
    found = load_packages(debian.host)
    assert found.packages["python3-x"].depends == ((Bound("python3-y", "<<", "3"),),)
    assert found.owners[f"{SITE}/x.py"] == "python3-x" and found.gaps == ()
    stamps.append(package_stamp(debian.host))
    debian.dpkg("--remove", "python3-x")
    found = load_packages(debian.host)
    assert found.packages == {} and found.owners == {} and found.gaps == ()
    stamps.append(package_stamp(debian.host))
    debian.dpkg("--purge", "python3-x")
    assert load_packages(debian.host).gaps == ()
    assert len({*stamps, package_stamp(debian.host)}) == 4


def test_diversions_of_the_administrator_and_of_a_package(debian):
    debian.dpkg("--install", debian.build("python3-x", "1", ["/usr/bin/x", "/usr/bin/y"]))
    before = package_stamp(debian.host)
    debian.divert("/usr/bin/x", "/usr/bin/x.real", "--local")
    debian.divert("/usr/bin/y", "/usr/bin/y.orig", "--package", "better")
    debian.dpkg("--install", debian.build("better", "1", ["/usr/bin/y"]))
    owners = load_packages(debian.host).owners
    assert (debian.root / "usr/bin/x.real").exists() and (debian.root / "usr/bin/y.orig").exists()
    assert {path: owner for path, owner in owners.items() if path.startswith("/usr/bin/")} == {
        "/usr/bin/x.real": "python3-x", "/usr/bin/y": "better", "/usr/bin/y.orig": "python3-x"}
    assert package_stamp(debian.host) != before


def test_a_file_taken_over_has_its_new_owner(debian):
    debian.dpkg("--install", debian.build("python3-old", "1", [f"{SITE}/mod.py", f"{SITE}/old.py"]))
    debian.dpkg("--install", debian.build("python3-new", "1", [f"{SITE}/mod.py"], Replaces="python3-old"))
    owners = load_packages(debian.host).owners
    assert owners[f"{SITE}/mod.py"] == "python3-new" and owners[f"{SITE}/old.py"] == "python3-old"
    assert debian.dpkg("-S", f"{SITE}/mod.py").startswith("python3-new:")
