"""install.sh guards at once, and uninstalling takes the hooks along: no path more or less, no file changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.rootfs import Root

REFUSED = 11


@pytest.mark.proof
@pytest.mark.parametrize(("user", "scope"), [("root", "--system"), ("alice", ""), ("root", "")])
def test_nothing_is_left(user: str, scope: str, new_root: Callable[..., Root]) -> None:
    root = new_root("bookworm", ("python3-pip", "fish"))
    hand_in_checkout(root)
    root.run(["sh", "-c", "printf 'umask 022' >~/.profile"], user=user, check=True)    # no line end: stays so
    before = root.tree()

    def run(line: str, shell: str = "sh") -> int:
        return root.run([shell, "-lc", line], user=user, timeout=600, cwd="/").returncode

    installed = root.run(["sh", "-c", f"sh {CHECKOUT}/hooks/install.sh {scope} --no-demo"], user=user, timeout=600)
    assert (installed.returncode, installed.stderr) == (0, "")
    assert "$ pyguard doctor" in installed.stdout
    assert run("/usr/bin/pip install cryptography==42.0") == REFUSED
    shims = root.run(["bash", "-lic", "type -p pip"], user=user).stdout
    assert shims.endswith("pyguard/shims/pip\n")
    assert run("pip install cryptography==42.0") == REFUSED
    if scope:
        assert run("pip install cryptography==42.0", "fish") == REFUSED
    assert run(f"sh {CHECKOUT}/hooks/install.sh {scope} --uninstall") == 0
    after = root.tree()
    ours = {path for path in after if "/fish" in path and path not in before}    # fish's own first start
    assert sorted(before) == sorted(after.keys() - ours)
    assert [path for path in before if before[path].type != "d" and before[path] != after[path]] == []
