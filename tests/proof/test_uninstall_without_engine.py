"""The Python below pyguard is gone, or pyguard itself: what was put in place is on record, and goes all the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.rootfs import Root, changes

pytestmark = [pytest.mark.proof, pytest.mark.core]
Install = Callable[[Root], list[str]]
ENV = {"XDG_STATE_HOME": "/home/alice/states", "XDG_CACHE_HOME": "/tmp/cache"}
INSTALL = f"sh {CHECKOUT}/hooks/install.sh --no-demo"
DATA = "/home/alice/.local/share/pyguard"
HOOKS = "/home/alice/.local/state/pyguard/hooks"


def shown(root: Root, line: str) -> tuple[int, str]:
    done = root.run(["sh", "-c", line], user="alice", env=ENV, timeout=600)
    return done.returncode, done.stdout + done.stderr


def different(before: dict[str, object], root: Root) -> list[str]:
    """What is there more, less or with another content, the times of directories aside."""
    after = root.tree("/home/alice")
    return [path for path in changes(before, after)    # type: ignore[arg-type]
            if path not in before or path not in after or after[path].type != "d"]


def test_uninstalling_when_the_python_below_is_gone(new_root: Callable[..., Root]) -> None:
    root = new_root("bookworm", ("python3-pip",))
    hand_in_checkout(root)
    root.run(["sh", "-c", "printf 'umask 022' >>~/.bashrc"], user="alice", check=True)
    before = root.tree("/home/alice")
    assert shown(root, INSTALL)[0] == 0
    os.unlink(f"{root.path}{DATA}/venv/bin/python")
    os.symlink("/usr/bin/python3.10", f"{root.path}{DATA}/venv/bin/python")
    hook = next(path for path in root.tree("/home/alice/.local/lib") if path.endswith("/_pyguard_boot.py"))
    with open(root.path + hook, "a", encoding="utf-8") as file:
        file.write("# mine\n")
    code, said = shown(root, f"{INSTALL} --uninstall")
    assert code == 1 and f"{hook} was changed since" in said and "so nothing more was removed" in said
    assert os.path.exists(f"{root.path}{DATA}/venv") and os.path.exists(f"{root.path}{HOOKS}/remove.sh")
    os.unlink(root.path + hook)
    code, said = shown(root, f"{INSTALL} --uninstall")
    assert code == 0, said
    assert different(before, root) == []


def test_uninstalling_when_all_but_the_hooks_was_deleted(new_root: Callable[..., Root],
                                                         installed_pyguard: Install) -> None:
    root = new_root("bookworm", ("python3-pip",))
    hand_in_checkout(root)
    before = root.tree("/home/alice")
    installed_pyguard(root)
    assert shown(root, "pyguard hook install")[0] == 0
    code, said = shown(root, f"{INSTALL} --uninstall")    # hers are of the machine's installation
    assert code == 0 and "nothing to remove" in said and os.path.exists(root.path + HOOKS)
    shutil.rmtree(root.path + "/usr/local/lib/pyguard")
    assert shown(root, f"{INSTALL} --uninstall")[0] == 0
    assert different(before, root) == []


def test_remove_sh_finds_the_records_whatever_the_variables_say(new_root: Callable[..., Root],
                                                                installed_pyguard: Install) -> None:
    root = new_root("bookworm")
    before = root.tree("/home/alice")
    installed_pyguard(root)
    assert shown(root, "pyguard hook install")[0] == 0
    shutil.rmtree(root.path + "/usr/local/lib/pyguard")
    assert shown(root, f"sh {HOOKS}/remove.sh") == (0, "")
    assert different(before, root) == []
