"""hooks/rescue.sh on real Debians whose Python does not start: what it does is on record and can be taken back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.rootcache import RELEASES
from tests.rootfs import Root, changes

pytestmark = pytest.mark.proof
RESCUE = "/usr/local/lib/pyguard/venv/rescue.sh"
Install = Callable[[Root], list[str]]


def own(path: str) -> bool:
    return path.startswith(("/var/lib/pyguard", "/var/cache/pyguard", "/tmp")) or path in ("/var/lib", "/var/cache")


@pytest.mark.parametrize("release", [
    pytest.param("bookworm", marks=pytest.mark.core), pytest.param("bullseye", marks=pytest.mark.full),
    pytest.param("trixie", marks=pytest.mark.full)])
def test_pyguard_repair_where_no_python_starts(release: str, new_root: Callable[..., Root],
                                               installed_pyguard: Install) -> None:
    version = RELEASES[release]
    root = new_root(release)
    installed_pyguard(root)
    shutil.rmtree(f"{root.path}/usr/lib/python{version}/json")
    os.unlink(f"{root.path}/usr/lib/python{version}/os.py")
    with open(f"{root.path}/usr/bin/python{version}", "r+b") as file:
        file.write(b"no ELF")
    os.unlink(root.path + "/usr/bin/python3")
    os.symlink("/opt/elsewhere", root.path + "/usr/bin/python3")
    before = root.tree()
    shown = root.run(["pyguard", "repair"])
    assert shown.returncode == 10 and "has to lead to" in shown.stdout and "--yes" in shown.stdout
    assert [path for path in changes(before, root.tree()) if not own(path)] == []
    done = root.run(["pyguard", "repair", "--yes"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert root.run(["python3", "-c", "import json, os"]).returncode == 0
    lines = root.run(["dpkg", "-V", f"libpython{version}-stdlib", f"python{version}-minimal",
                      f"libpython{version}-minimal", "python3-minimal"]).stdout.splitlines()
    assert [line for line in lines if "/usr/share/" not in line] == []
    assert "taken back" in root.run(["pyguard", "undo"], check=True).stdout
    different = {path: what for path, what in changes(before, root.tree()).items() if not own(path)}
    assert different == {}


@pytest.mark.core
def test_without_the_network_and_without_a_cache_it_says_so(new_root: Callable[..., Root],
                                                            installed_pyguard: Install) -> None:
    root = new_root("bookworm", network=False)
    installed_pyguard(root)
    os.unlink(root.path + "/usr/lib/python3.11/os.py")
    done = root.run(["sh", RESCUE, "--yes"])
    assert done.returncode == 12 and "is in no cache and could not be fetched" in done.stderr
    assert root.run(["sh", RESCUE, "--nonsense"]).returncode == 2
    assert root.run(["sh", RESCUE, "--yes"], user="alice").returncode == 2


@pytest.mark.core
def test_nothing_to_do(new_root: Callable[..., Root], installed_pyguard: Install) -> None:
    root = new_root("bookworm")
    installed_pyguard(root)
    assert root.run(["sh", RESCUE]).returncode == 0


@pytest.fixture
def enterprise(new_root: Callable[..., Root]) -> Root:
    """As EL 8 has it: rpm names a 3.6 without a command, /usr/bin/python3 is an alternative."""
    root = new_root("bookworm", network=False)
    hand_in_checkout(root)
    root.write("/usr/bin/rpm", "#!/bin/sh\necho 3.6.8\n", 0o755)
    root.run(["sh", "-c", "rm -r /usr/share/python3/debian_defaults /var/lib/dpkg/info /usr/bin/dpkg-deb; cd /etc;"
                          "ln -s python3.11 alternatives/python3; ln -sf /etc/alternatives/python3 /usr/bin/python3"],
             check=True)
    return root


@pytest.mark.core
def test_a_python_that_starts_is_left_whatever_the_distribution_names(enterprise: Root) -> None:
    os.unlink(enterprise.path + "/etc/alternatives/python3")
    os.symlink("/usr/bin/python3.11", enterprise.path + "/etc/alternatives/python3")
    before = enterprise.tree()
    done = enterprise.run(["sh", f"{CHECKOUT}/hooks/rescue.sh", "--yes"])
    assert (done.returncode, done.stderr) == (0, "")
    assert [path for path in changes(before, enterprise.tree()) if not own(path)] == []


@pytest.mark.core
@pytest.mark.parametrize("options", [("--yes",), ()])
def test_no_link_is_made_that_leads_nowhere(enterprise: Root, options: tuple[str, ...]) -> None:
    before = enterprise.tree()    # the alternative leads to /etc/alternatives/python3.11
    done = enterprise.run(["sh", f"{CHECKOUT}/hooks/rescue.sh", *options])
    assert done.returncode == 12 and "there is no /usr/bin/python3.6 that /usr/bin/python3 could lead to" in done.stderr
    assert [path for path in changes(before, enterprise.tree()) if not own(path)] == []
