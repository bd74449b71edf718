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


def install(root: Root, *options: str, **env: str) -> tuple[int, str]:
    done = root.run(["sh", f"{CHECKOUT}/hooks/install.sh", "--no-demo", "--no-hooks", *options], user="alice",
                    cwd=HOME, timeout=600, env=env)
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


@pytest.mark.parametrize("options", [(), ("--prefix", "work")])
def test_what_a_variable_leads_to_is_others_but_for_pyguards_own(root: Root, options: tuple[str, ...]) -> None:
    """A relative value counts for nothing, as the XDG base directory specification says."""
    places = {"XDG_CACHE_HOME": f"{HOME}/src", "XDG_STATE_HOME": f"{HOME}/src"}
    for name in ("data", "pyguard/indexes", "hooks/install.sh"):
        root.write(f"{HOME}/src/pyguard/{name}", "mine\n", user="alice")
    root.run(["chown", "-R", "alice:", f"{HOME}/src"], check=True)
    before = settled(root.tree(HOME))
    command = f"{HOME}/work/bin/pyguard" if options else COMMAND
    for env in ({"XDG_CACHE_HOME": ".", "XDG_STATE_HOME": "src"}, places):
        assert install(root, *options)[0] == 0
        assert root.run([command, "explain", "pip", "install", "six"], user="alice", env=places).returncode == 0
        root.write(f"{HOME}/src/pyguard/journal.jsonl", "{}\n", 0o600, "alice")
        used = settled(root.tree(f"{HOME}/src"))
        assert any("/src/pyguard/index-" in path for path in used)
        code, said = install(root, *options, "--uninstall", **env)
        assert code == 0, said
        assert env == places or settled(root.tree(f"{HOME}/src")) == used
    assert f"{HOME}/src/pyguard holds what is not pyguard's, which was left" in said
    assert settled(root.tree(HOME)) == before


def test_a_home_that_is_relative_leads_nowhere(root: Root) -> None:
    assert install(root, "--prefix", "work")[0] == 0
    for name in (".cache/pyguard/index-1", ".local/state/pyguard/journal.jsonl"):
        root.write(f"{HOME}/src/{name}", "mine\n", user="alice")
    root.run(["chown", "-R", "alice:", f"{HOME}/src"], check=True)
    before = settled(root.tree(f"{HOME}/src"))
    assert install(root, "--prefix", "work", "--uninstall", HOME="src")[0] == 0
    assert settled(root.tree(f"{HOME}/src")) == before
