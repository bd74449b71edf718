"""What upgrades and sets machines up goes on as before on a guarded one: unattended-upgrades and cloud-init."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable

import pytest

from tests.packaging.packages import package
from tests.rootfs import Root

pytestmark = [pytest.mark.proof, pytest.mark.full]
NewRoot = Callable[..., Root]
RELEASES = ["bullseye", "bookworm", "trixie"]
DEB = "/srv/pyguard.deb"
REPOSITORY = "/srv/repository"
LOGS = "/var/log/unattended-upgrades"
VARIES = re.compile(r"\d{4}-\d\d-\d\d[ T]+\d\d:\d\d:\d\d(?:[,.]\d+)?|(?<=Reading database ... )\d+ files.*|"
                    r"Processing triggers for pyguard .*\n")
USER_DATA = """\
#cloud-config
bootcmd:
  - [sh, -c, "echo bootcmd >>/srv/done"]
write_files:
  - {path: /srv/written, content: "from cloud-init\\n", permissions: "0600"}
runcmd:
  - [python3, -c, "import six, yaml; open('/srv/done', 'a').write('runcmd ' + six.__name__ + '\\\\n')"]
"""


def guard(root: Root) -> None:
    shutil.copyfile(package("deb"), root.path + DEB)
    root.run(["dpkg", "--force-unsafe-io", "--install", DEB], check=True, timeout=600)
    assert root.run(["pyguard", "doctor"]).returncode == 0


def add_package(root: Root, version: str) -> None:
    """A package with a module of Python's in a repository of the root's own."""
    top = "/srv/work"
    root.write(f"{top}/DEBIAN/control", f"Package: python3-upgraded\nVersion: {version}\nArchitecture: all\n"
                                        "Maintainer: a <a@b.c>\nDescription: made for a test\n")
    root.write(f"{top}/usr/lib/python3/dist-packages/upgraded.py", f"VERSION = '{version}'\n")
    root.run(["sh", "-ec", f"mkdir -p {REPOSITORY} && dpkg-deb -b {top} {REPOSITORY}/upgraded.deb"], check=True)
    with open(f"{root.path}{REPOSITORY}/upgraded.deb", "rb") as file:
        data = file.read()
    control = root.run(["dpkg-deb", "-f", f"{REPOSITORY}/upgraded.deb"], check=True).stdout
    index = f"{control}Filename: ./upgraded.deb\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n\n"
    root.write(f"{REPOSITORY}/Packages", index)
    root.write(f"{REPOSITORY}/Release", f"Origin: Test\nLabel: Test\nSuite: test\nCodename: test\nSHA256:\n "
               f"{hashlib.sha256(index.encode()).hexdigest()} {len(index)} Packages\n")


@pytest.mark.parametrize("release", RELEASES)
def test_unattended_upgrades(release: str, new_root: NewRoot) -> None:
    """The same packages come, and it says the same; pyguard has looked again afterwards.

    Its logs are compared: with --verbose it prints what dpkg says from wherever dpkg's log ends when it first looks.
    """
    said = {}
    for guarded in (False, True):
        root = new_root(release, ("unattended-upgrades", "python3-pip", "python3-six"), network=False)
        root.write("/etc/apt/sources.list", f"deb [trusted=yes] file:{REPOSITORY} ./\n")
        root.write("/etc/apt/apt.conf.d/99test", 'Unattended-Upgrade::Origins-Pattern { "origin=Test"; };\n'
                                                 'Dpkg::Options { "--force-unsafe-io"; };\n')
        add_package(root, "1")
        root.run(["dpkg", "--install", f"{REPOSITORY}/upgraded.deb"], check=True)
        if guarded:
            guard(root)
        add_package(root, "2")
        root.run(["apt-get", "--quiet", "update"], check=True)
        done = root.run(["unattended-upgrade"], timeout=600)
        logged = root.run(["sh", "-c", f"cat {LOGS}/unattended-upgrades.log {LOGS}/unattended-upgrades-dpkg.log"],
                          check=True).stdout
        found = root.run(["python3", "-c", "import upgraded; print(upgraded.VERSION)"])
        printed = VARIES.sub("", done.stdout + done.stderr + logged)
        said[guarded] = (done.returncode, printed, found.stdout, found.stderr)
    assert said[True] == said[False]
    assert (said[True][0], said[True][2]) == (0, "2\n") and "Unpacking python3-upgraded" in said[True][1]


@pytest.mark.parametrize("release", RELEASES)
def test_cloud_init(release: str, new_root: NewRoot) -> None:
    """A first boot with a NoCloud seed: files, commands, and what `cloud-init status` makes of it."""
    said = {}
    for guarded in (False, True):
        root = new_root(release, ("cloud-init", "python3-six", "python3-pip"), network=False)
        if guarded:
            guard(root)
        root.write("/var/lib/cloud/seed/nocloud/meta-data", "instance-id: test\nlocal-hostname: test\n")
        root.write("/var/lib/cloud/seed/nocloud/user-data", USER_DATA)
        root.write("/etc/cloud/cloud.cfg.d/99_test.cfg",
                   "datasource_list: [NoCloud]\nnetwork: {config: disabled}\n"
                   "cloud_init_modules: [bootcmd, write-files]\ncloud_config_modules: [runcmd]\n"
                   "cloud_final_modules: [scripts-user]\n")
        codes = [root.run(["cloud-init", *words], timeout=300).returncode for words in (
            ("init", "--local"), ("init",), ("modules", "--mode=config"), ("modules", "--mode=final"))]
        with open(root.path + "/srv/done", encoding="utf-8") as file:
            result = file.read()
        with open(root.path + "/srv/written", encoding="utf-8") as file:
            written = file.read()
        log = root.run(["sh", "-c", "grep -c -e WARNING -e Traceback -e pyguard /var/log/cloud-init.log"]).stdout
        said[guarded] = (codes, result, written, log)
    assert said[True] == said[False]
    assert said[True][0] == [0, 0, 0, 0] and said[True][1:3] == ("bootcmd\nruncmd six\n", "from cloud-init\n")
