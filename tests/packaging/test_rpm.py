"""The .rpm in a root of rpm's: its scripts run there, the hook follows Python, and nothing stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.packaging.packages import package
from tests.packaging.rpms import NEWER, OLDER, OTHER, SITE, fedora_root, rpm
from tests.rootfs import Entry, Root, changes

pytestmark = [pytest.mark.proof, pytest.mark.core]
RPM = "/srv/pyguard.rpm"
REFUSED = 11
REFUSALS = ("/usr/bin/pip install six==1.15", "python3 -m pip install six==1.15", "python3 -Im pip install six==1.15",
            "sh -lc 'pip install six==1.15'")
OWN = ("/usr/lib/sysimage/", "/srv/")


def left(before: dict[str, Entry], after: dict[str, Entry]) -> list[str]:
    return [path for path, how in changes(before, after).items() if not path.startswith(OWN)
            and not (how == "changed" and before[path].type == "d" and before[path][:3] == after[path][:3])]


def read(root: Root, path: str) -> str:
    with open(root.path + path, encoding="utf-8") as file:
        return file.read()


@pytest.fixture
def root() -> Iterator[Root]:
    with fedora_root() as made:
        shutil.copyfile(package("rpm"), made.path + RPM)
        yield made


def test_from_installed_with_a_newer_python_to_removed(root: Root) -> None:
    before = root.tree()
    rpm(root, "--upgrade", NEWER, RPM)    # python3 in the same run
    assert rpm(root, "--query", "python3") == "python3-3.9.99-1.noarch\n"
    for form in REFUSALS:
        done = root.run(["sh", "-c", form], env={"PIP_NO_INDEX": "1"})
        assert done.returncode == REFUSED and "pyguard: refused" in done.stderr, (form, done.stderr)
    assert root.run(["pip", "--version"]).returncode == 0
    doctor = root.run(["pyguard", "doctor"])
    assert doctor.returncode == 0, doctor.stdout
    assert rpm(root, "--query", "--file", f"{SITE}/_pyguard_boot.py", "--queryformat", "%{NAME}") == "pyguard"
    assert rpm(root, "--verify", "--all", "--nodeps", "--nouser", "--nogroup") == ""
    audit = root.run(["pyguard", "audit"])
    assert audit.returncode == 0, audit.stdout + audit.stderr

    notice = read(root, "/var/lib/pyguard/notices/usr-3.9")
    rpm(root, "--install", OTHER)    # the file trigger
    assert read(root, "/var/lib/pyguard/notices/usr-3.9") != notice
    os.unlink(f"{root.path}{SITE}/_pyguard_boot.py")
    rpm(root, "--upgrade", "--force", RPM)    # as an upgrade: what is missing comes back
    assert root.run(["python3", "-m", "pip", "install", "six==1.15"]).returncode == REFUSED

    rpm(root, "--upgrade", "--oldpackage", OLDER)
    assert root.run(["python3", "-m", "pip", "install", "six==1.15"]).returncode == REFUSED
    rpm(root, "--erase", "pyguard", "python3-other")
    assert left(before, root.tree()) == []
    assert rpm(root, "--verify", "--all", "--nodeps", "--nouser", "--nogroup") == ""
    assert root.run(["python3", "-c", "import six"]).stderr == ""
