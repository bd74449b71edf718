"""What is not pyguard's, and what pyguard keeps for its user, outlives installing and uninstalling."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.engine import CHECKOUT, hand_in_checkout
from tests.hooks.test_install import settled
from tests.rootfs import Root

pytestmark = [pytest.mark.proof, pytest.mark.core]
HOME = "/home/alice"
COMMAND = f"{HOME}/.local/bin/pyguard"
CHANGES = f"{HOME}/.local/state/pyguard/changes"


@pytest.fixture
def root(new_root: Callable[..., Root]) -> Root:
    made = new_root("bookworm", ("python3-pip",))
    hand_in_checkout(made)
    return made


def install(root: Root, *options: str) -> tuple[int, str]:
    done = root.run(["sh", f"{CHECKOUT}/hooks/install.sh", "--no-demo", "--no-hooks", *options], user="alice",
                    cwd=HOME, timeout=600)
    return done.returncode, done.stdout + done.stderr


def alice(root: Root, line: str) -> tuple[int, str]:
    done = root.run(["sh", "-c", line], user="alice", cwd=HOME)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("theirs", ["echo other >.local/bin/pyguard", "ln -s gone .local/bin/pyguard",
                                    "mkdir .local/bin/pyguard"])
def test_another_command_of_that_name_is_left(root: Root, theirs: str) -> None:
    assert alice(root, f"mkdir -p .local/bin; {theirs}")[0] == 0
    before = root.tree()
    code, said = install(root)
    assert code == 1 and said.startswith(f"pyguard: {COMMAND} is there already and is not pyguard's")
    assert root.tree() == before
    assert install(root, "--uninstall")[0] == 0
    assert root.tree() == before


@pytest.mark.parametrize("theirs", ["notes", "env-mine/results", "env-mineXX/results", "venv/bin/python"])
def test_another_directory_of_that_name_is_left(root: Root, theirs: str) -> None:
    root.write(f"{HOME}/work/lib/pyguard/{theirs}", "mine\n", user="alice")
    before = root.tree()
    code, said = install(root, "--prefix", "work", "--uninstall")
    assert code == 0 and "nothing to remove" in said
    assert root.tree() == before
    root.run(["chown", "-R", "alice:", f"{HOME}/work"], check=True)
    code, said = install(root, "--prefix", "work")
    assert code == 1 and f"{HOME}/work/lib/pyguard is there already and is not pyguard's" in said


def test_what_was_put_beside_it_later_stays(root: Root) -> None:
    assert install(root, "--prefix", "work")[0] == 0
    code, said = install(root, "--prefix", "work", "--python", "/nowhere")    # its own is no reason to refuse
    assert code == 1 and said.startswith("pyguard: needs Python")
    root.write(f"{HOME}/work/lib/pyguard/notes", "mine\n", user="alice")
    assert alice(root, "sed -i 's#^data=.*#data=/elsewhere#' work/bin/pyguard")[0] == 0
    code, said = install(root, "--prefix", "work", "--uninstall")
    assert code == 0 and f"{HOME}/work/lib/pyguard holds what is not pyguard's" in said
    assert os.listdir(f"{root.path}{HOME}/work/lib/pyguard") == ["notes"]
    assert os.listdir(f"{root.path}{HOME}/work/bin") == ["pyguard"]    # it leads to the other installation


def test_the_quarantine_is_not_deleted_unasked(root: Root, installed_pyguard: Callable[[Root], list[str]]) -> None:
    assert install(root)[0] == 0
    assert alice(root, "python3 -m venv --without-pip .venvs/precious; echo results >.venvs/precious/data;"
                       ".local/bin/pyguard clean precious --yes")[0] == 0
    identifier = next(name for name in os.listdir(root.path + CHANGES) if name != "lock")
    installed = settled(root.tree(HOME))
    code, said = install(root, "--uninstall")
    assert code == 1 and "pyguard undo ID" in said and identifier in said and "pyguard clean --purge" in said
    assert settled(root.tree(HOME)) == installed
    os.unlink(f"{root.path}{HOME}/.local/share/pyguard/venv/bin/python")
    code, said = install(root, "--uninstall")
    assert code == 12 and f"{CHANGES} stays" in said and identifier in said
    assert not os.path.exists(root.path + COMMAND)
    installed_pyguard(root)
    assert alice(root, f"pyguard undo {identifier}; cat .venvs/precious/data")[1].endswith("results\n")
