"""`--sitecustomize`: refused where it would never run; elsewhere it starts the hook and runs the one that it hides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootcache import RELEASES
from tests.rootfs import Root, changes, overlay

Install = Callable[[Root], list[str]]
REFUSED = 11
OTHER = "import sys\nsys.other = __file__\n"


@pytest.mark.proof
@pytest.mark.parametrize("release", [pytest.param("bookworm", marks=pytest.mark.core), pytest.param(
    "bullseye", marks=pytest.mark.full), pytest.param("trixie", marks=pytest.mark.full)])
def test_it_starts_the_hook_where_it_runs_at_all(release: str, installed_pyguard: Install) -> None:
    minor = RELEASES[release]
    with overlay(release, ("python3-pip",)) as root:
        command = [*installed_pyguard(root), "hook"]
        whole = root.tree()
        install = [*command, "install", "--system", "--sitecustomize"]
        done = root.run(install)    # Debian has one in the standard library, which comes first
        assert (done.returncode, done.stdout) == (1, ""), done.stdout
        assert f"runs /usr/lib/python{minor}/sitecustomize.py, and no second one after it" in done.stderr
        root.run([*command, "remove"], check=True)
        assert [path for path in whole.keys() ^ root.tree().keys() if "/cache/" not in path] == []

        root.run(["rm", f"/usr/lib/python{minor}/sitecustomize.py"], check=True)    # as on Fedora
        root.write("/usr/lib/python3/dist-packages/sitecustomize.py", OTHER)
        root.run(["python3", "-c", "import pip"], check=True)
        before = root.tree("/usr")
        root.run(install, check=True)
        site = f"/usr/local/lib/python{minor}/dist-packages"
        assert f"startup hook for everyone  on {site}" in root.run([*command, "status"], check=True).stdout
        assert not root.run(["sh", "-c", f"ls {site}/*.pth"]).stdout
        for words in (["python3", "-m", "pip"], ["python3", "-Im", "pip"], ["/usr/bin/pip"]):
            assert root.run([*words, "install", "six"]).returncode == REFUSED, words
        other = root.run(["python3", "-c", "import sys; print(sys.other)"], check=True)
        assert (other.stdout, other.stderr) == ("/usr/lib/python3/dist-packages/sitecustomize.py\n", "")
        assert root.run(["pyguard", "audit"]).returncode in (0, 10)
        root.run([*command, "remove"], check=True)
        found = changes(before, root.tree("/usr"))
        assert {path: what for path, what in found.items() if before.get(path, whole["/usr"]).type != "d"} == {}


@pytest.mark.proof
@pytest.mark.core
def test_a_users_own_comes_before_the_systems(installed_pyguard: Install) -> None:
    with overlay("bookworm", ("python3-pip",)) as root:
        command = [*installed_pyguard(root), "hook"]
        root.run(["rm", "/usr/lib/python3.11/sitecustomize.py"], check=True)
        root.write("/usr/lib/python3/dist-packages/sitecustomize.py", OTHER)
        root.run([*command, "install", "--sitecustomize"], user="alice", check=True)
        assert root.run(["python3", "-m", "pip", "install", "six"], user="alice").returncode == REFUSED
        other = root.run(["python3", "-c", "import sys; print(sys.other)"], user="alice", check=True)
        assert (other.stdout, other.stderr) == ("/usr/lib/python3/dist-packages/sitecustomize.py\n", "")
        root.run([*command, "remove"], user="alice", check=True)
        found = root.run(["find", "/home/alice", "-name", "*pyguard*.py", "-o", "-name", "sitecustomize*"]).stdout
        assert found == ""
