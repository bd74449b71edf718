"""Uninstalling takes the hooks along: no path more or less than before, no file changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.rootfs import Root

REFUSED = 11


@pytest.mark.proof
@pytest.mark.parametrize(("user", "scope", "command"), [
    ("root", "--system", "/usr/local/bin/pyguard"), ("alice", "", "/home/alice/.local/bin/pyguard")])
def test_nothing_is_left(user: str, scope: str, command: str, new_root: Callable[..., Root]) -> None:
    root = new_root("bookworm", ("python3-pip",))
    hand_in_checkout(root)
    before = root.tree()

    def run(line: str) -> int:
        return root.run(["sh", "-c", line], user=user, timeout=600).returncode

    assert run(f"sh {CHECKOUT}/hooks/install.sh {scope} --no-demo") == 0
    assert run(f"{command} hook install {scope} && {command} hook rehash {scope}") == 0
    assert run("/usr/bin/pip install cryptography==42.0") == REFUSED
    assert run(f"sh {CHECKOUT}/hooks/install.sh {scope} --uninstall") == 0
    after = root.tree()
    assert sorted(before) == sorted(after)
    assert [path for path in before if before[path].type != "d" and before[path] != after[path]] == []
