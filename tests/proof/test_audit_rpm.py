"""The same with rpm: a root whose database is rpm's, of packages that the test builds from the files that are there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable

import pytest

from tests.rootfs import Root, changes

pytestmark = [pytest.mark.proof, pytest.mark.core]
Install = Callable[[Root], list[str]]
SITE = "/usr/lib/python3/dist-packages"
STDLIB = "/usr/lib/python3.11"
PACKAGES = {
    "python3": ("/usr/bin/python3", "/usr/bin/python3.11"),
    "python3-libs": (STDLIB,),
    "python3-six": (f"{SITE}/six.py", f"{SITE}/six-1.16.0.egg-info"),
    "firewalld": ("/usr/bin/firewall-cmd",),
}
NEEDS = {"firewalld": "python3-six", "python3-six": "python3-libs"}
CACHE = "/var/cache/dnf/fedora-0123456789abcdef/packages"
SPEC = """\
Name: {name}
Version: 1.16.0
Release: 4
Summary: made for a test
License: none
BuildArch: noarch
AutoReqProv: no
{requires}
%global __os_install_post %{{nil}}
%global _binaries_in_noarch_packages_terminate_build 0
%description
made for a test
%files
{files}
"""


def make_fedora(root: Root) -> None:
    """dpkg's database gives way to rpm's, with the packages in dnf's cache."""
    root.write("/usr/bin/firewall-cmd", "#!/usr/bin/python3\nimport six\nprint(six.__version__)\n", 0o755)
    for name, files in PACKAGES.items():
        content = f"/srv/content-{name}"
        for path in files:
            root.run(["sh", "-c", f"mkdir -p {content}{os.path.dirname(path)} && cp -a {path} {content}{path}"],
                     check=True)
        requires = f"Requires: {NEEDS[name]}" if name in NEEDS else ""
        root.write(f"/srv/{name}.spec", SPEC.format(name=name, files="\n".join(files), requires=requires))
        root.run(["rpmbuild", "-bb", "--quiet", "--define", "_topdir /srv/rpmbuild", "--define",
                  f"_rpmdir {CACHE}", "--buildroot", content, "--noclean", "--nocheck", f"/srv/{name}.spec"],
                 check=True)
    shutil.rmtree(root.path + "/var/lib/dpkg")
    os.unlink(root.path + "/usr/share/python3/debian_defaults")
    shutil.rmtree(root.path + "/etc/apt", ignore_errors=True)
    root.write("/etc/os-release", 'ID=fedora\nVERSION_ID="40"\nNAME="Fedora Linux"\n')
    root.run(["sh", "-c", f"mkdir -p /usr/lib/sysimage/rpm && rpm --dbpath /usr/lib/sysimage/rpm --justdb --install "
              f"--nodeps --nosignature --ignorearch {CACHE}/noarch/*.rpm"], check=True)


def rpm_verification(root: Root) -> str:
    return root.run(["rpm", "--dbpath", "/usr/lib/sysimage/rpm", "-V", "--nodeps", "--nouser", "--nogroup",
                     *PACKAGES]).stdout


def own(path: str) -> bool:
    return path.startswith(("/var/lib/pyguard", "/var/cache/pyguard", "/tmp", "/var/lib/rpm", "/usr/lib/sysimage")) or (
        path in ("/var/lib", "/var/cache", "/var/log"))


def test_named_repaired_and_taken_back(new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-six", "rpm"), network=False)
    installed_pyguard(root)
    make_fedora(root)
    pristine = root.run(["pyguard", "audit", "--json"])
    assert pristine.returncode == 0, pristine.stdout + pristine.stderr
    assert rpm_verification(root) == ""

    root.write("/usr/local/lib/python3.11/dist-packages/six.py", "raise ImportError('shadow')\n")
    with open(f"{root.path}{STDLIB}/colorsys.py", "a", encoding="utf-8") as file:
        file.write("x = 1\n")
    os.unlink(f"{root.path}{SITE}/six.py")
    os.unlink(f"{root.path}{STDLIB}/EXTERNALLY-MANAGED")
    os.unlink(root.path + "/usr/bin/python3")
    os.symlink("/opt/python3.99", root.path + "/usr/bin/python3")
    before = root.tree()
    found = json.loads(root.run(["pyguard", "audit", "--json"]).stdout)["findings"]
    named = {(finding["rule"], finding["subject"]) for finding in found}
    assert {("os-distribution-shadowed", "python3-six"), ("os-files-damaged", "python3-libs"),
            ("os-files-damaged", "python3-six"), ("externally-managed-removed", f"{STDLIB}/EXTERNALLY-MANAGED"),
            ("system-interpreter-replaced", "/usr/bin/python3")} <= named, found
    done = root.run(["pyguard", "repair", "--yes"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert rpm_verification(root) == ""
    assert root.run(["firewall-cmd"], env={"PYTHONDONTWRITEBYTECODE": "1"}).stdout == "1.16.0\n"
    assert root.run(["pyguard", "undo"]).returncode == 0
    assert [path for path in changes(before, root.tree()) if not own(path)] == []
