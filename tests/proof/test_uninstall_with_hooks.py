"""install.sh guards at once, and uninstalling takes the hooks along: no path more or less, no file changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.rootfs import Root

REFUSED = 11


@pytest.mark.proof
@pytest.mark.parametrize(("user", "scope"), [
    pytest.param("root", "--system", marks=pytest.mark.core), pytest.param("alice", "", marks=pytest.mark.core),
    pytest.param("root", "", marks=pytest.mark.full)])
def test_nothing_is_left(user: str, scope: str, new_root: Callable[..., Root]) -> None:
    root = new_root("bookworm", ("python3-pip", "fish"))
    hand_in_checkout(root)
    # No line end: it stays so. And what a first start of fish leaves behind is not ours.
    root.run(["sh", "-c", "printf 'umask 022' >>~/.bashrc; fish -lc true"], user=user, check=True)
    before = root.tree()

    def run(line: str, shell: str = "sh") -> int:
        return root.run([shell, "-lc", line], user=user, timeout=600, cwd="/").returncode

    installed = root.run(["sh", "-c", f"sh {CHECKOUT}/hooks/install.sh {scope} --no-demo"], user=user, timeout=600)
    assert (installed.returncode, installed.stderr) == (0, "")
    assert "$ pyguard doctor" in installed.stdout
    assert run("/usr/bin/pip install cryptography==42.0") == REFUSED
    shims = root.run(["bash", "-lic" if scope else "-ic", "type -p pip"], user=user).stdout
    assert shims.endswith("pyguard/shims/pip\n")
    assert run("pip install cryptography==42.0", "bash") == REFUSED
    if scope:
        assert run("pip install cryptography==42.0", "fish") == REFUSED
    assert run(f"sh {CHECKOUT}/hooks/install.sh {scope} --uninstall") == 0
    after = root.tree()
    assert sorted(before) == sorted(after)
    assert [path for path in before if before[path].type != "d" and before[path] != after[path]] == []


@pytest.mark.proof
@pytest.mark.core
def test_a_start_up_file_of_ours_that_somebody_added_to(new_root: Callable[..., Root]) -> None:
    """Made for a login shell that had none; an upgrade and uninstalling take our lines out of it and nothing else."""
    root = new_root("bookworm", ("python3-pip",))
    hand_in_checkout(root)
    root.run(["sh", "-c", "rm -f ~/.bashrc"], user="alice", check=True)
    install = ["sh", f"{CHECKOUT}/hooks/install.sh", "--no-demo"]
    root.run(install, user="alice", timeout=600, check=True)
    root.run(["sh", "-c", "grep -q '^# pyguard: begin' ~/.bashrc; echo \"alias ll='ls -l'\" >>~/.bashrc"], user="alice",
             check=True)
    again = root.run(install, user="alice", timeout=600)
    assert (again.returncode, again.stderr) == (0, "")
    assert root.run(["bash", "-ic", "type -p pip"], user="alice").stdout.endswith("pyguard/shims/pip\n")
    done = root.run([*install[:2], "--uninstall"], user="alice", timeout=600)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert root.run(["sh", "-c", "cat ~/.bashrc"], user="alice").stdout == "alias ll='ls -l'\n"
