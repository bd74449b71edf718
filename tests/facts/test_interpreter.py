"""Every layout that is easily taken for another: the static answer against the real interpreter's own."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from pyguard.errors import CollectError
from pyguard.facts.interpreter import inspect
from pyguard.host import Host
from pyguard.model.facts import EnvironmentKind as Kind
from pyguard.model.facts import OwnerKind
from tests.facts.looking import UID, agree, because, look


def test_every_real_python_is_known_without_starting_it(zoo, any_python):
    found = look(zoo, any_python)
    agree(found, zoo.ask(any_python))
    assert found.kind not in (Kind.UNKNOWN, Kind.BROKEN, Kind.VENV)
    assert because(found, "kind")


def test_the_distributions_own_python(zoo, system_python):
    found = look(zoo, system_python)
    agree(found, zoo.ask(system_python))
    assert found.kind is Kind.SYSTEM
    assert found.runs_os_tools and found.is_protected
    assert found.owner.kind is OwnerKind.OS
    assert because(found, "runs_os_tools")


def test_the_same_file_by_another_name_is_the_same_python(zoo, system_python):
    real = os.path.realpath(system_python)
    for path in (real, "/bin/python3"):
        if os.path.exists(path):
            found = look(zoo, path)
            assert (found.kind, found.prefix, found.runs_os_tools) == (Kind.SYSTEM, "/usr", True)


@pytest.mark.parametrize("options", [(), ("--copies",)], ids=["links", "copies"])
def test_venv(zoo, some_python, options):
    venv = zoo.venv(some_python, "venv", *options)
    found = look(zoo, venv / "bin" / "python")
    agree(found, zoo.ask(venv / "bin" / "python"))
    assert (found.kind, found.flavour) == (Kind.VENV, "venv")
    assert found.base_kind is look(zoo, some_python).kind
    assert found.externally_managed is None and not found.is_protected
    assert not found.system_site and not found.user_site


def test_venv_over_the_system_says_that_externally_managed_does_not_count(zoo, system_python):
    venv = zoo.venv(system_python)
    if look(zoo, system_python).externally_managed is None:
        pytest.skip("this system's Python has no EXTERNALLY-MANAGED file")
    assert "does not count" in because(look(zoo, venv / "bin" / "python"), "externally_managed")


def test_venv_that_sees_the_systems_distributions(zoo, some_python):
    venv = zoo.venv(some_python, "venv", "--system-site-packages")
    found = look(zoo, venv / "bin" / "python")
    agree(found, zoo.ask(venv / "bin" / "python"))
    assert found.system_site and found.user_site and not found.is_protected


def test_a_link_to_a_venvs_python_is_not_the_venv(zoo, some_python):
    venv = zoo.venv(some_python)
    elsewhere = zoo.directory / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "py").symlink_to(venv / "bin" / "python")
    found = look(zoo, elsewhere / "py")
    agree(found, zoo.ask(elsewhere / "py"))
    assert found.kind is look(zoo, some_python).kind
    assert found.prefix == found.base_prefix


def test_a_moved_venv_is_still_one(zoo, some_python):
    zoo.venv(some_python).rename(zoo.directory / "moved")
    found = look(zoo, zoo.directory / "moved" / "bin" / "python")
    agree(found, zoo.ask(zoo.directory / "moved" / "bin" / "python"))
    assert (found.kind, found.prefix) == (Kind.VENV, str(zoo.directory / "moved"))


def test_a_venv_reached_through_a_linked_directory(zoo, some_python):
    zoo.venv(some_python)
    (zoo.directory / "way").symlink_to("venv")
    found = look(zoo, zoo.directory / "way" / "bin" / "python")
    agree(found, zoo.ask(zoo.directory / "way" / "bin" / "python"))
    assert found.kind is Kind.VENV


def test_without_its_pyvenv_cfg_it_is_the_base_again(zoo, some_python):
    venv = zoo.venv(some_python)
    (venv / "pyvenv.cfg").unlink()
    (venv / "bin" / "activate").touch()
    found = look(zoo, venv / "bin" / "python")
    agree(found, zoo.ask(venv / "bin" / "python"))
    assert found.kind is look(zoo, some_python).kind
    assert found.is_protected == look(zoo, some_python).is_protected
    assert "pyvenv.cfg is gone" in because(found, "kind")


@pytest.mark.parametrize(("text", "word"), [
    ("", "has no home"), ("version = 3\n", "has no home"), ("home = /nonexistent/bin\n", "/nonexistent/bin"),
    ("home\n", "has no home"), ("home = relative/bin\n", "relative/bin")])
def test_a_pyvenv_cfg_with_a_broken_home_is_still_a_venv(zoo, some_python, text, word):
    venv = zoo.venv(some_python)
    (venv / "pyvenv.cfg").write_text(text)
    found = look(zoo, venv / "bin" / "python")
    agree(found, zoo.ask(venv / "bin" / "python"))
    assert found.kind is Kind.VENV
    assert word in because(found, "base_kind")
    assert found.system_site    # true where it is not said


def test_pyvenv_cfg_beside_the_executable(zoo, some_python):
    venv = zoo.venv(some_python)
    (venv / "pyvenv.cfg").rename(venv / "bin" / "pyvenv.cfg")
    found = look(zoo, venv / "bin" / "python")
    agree(found, zoo.ask(venv / "bin" / "python"))
    assert found.kind is Kind.VENV


def test_a_venv_of_a_venv_has_the_first_base(zoo, some_python):
    first = zoo.venv(some_python, "first")
    second = zoo.venv(str(first / "bin" / "python"), "second")
    found = look(zoo, second / "bin" / "python")
    agree(found, zoo.ask(second / "bin" / "python"))
    assert (found.kind, found.base_kind) == (Kind.VENV, look(zoo, some_python).kind)


def test_activation_does_not_decide(zoo, system_python):
    """VIRTUAL_ENV and CONDA_PREFIX describe a shell, not the interpreter that is called."""
    venv = zoo.venv(system_python)
    both = {"VIRTUAL_ENV": str(venv), "CONDA_PREFIX": "/opt/conda"}
    inside = look(zoo, venv / "bin" / "python", **both)
    agree(inside, zoo.ask(venv / "bin" / "python", **both))
    assert inside.kind is Kind.VENV
    outside = look(zoo, system_python, **both)
    agree(outside, zoo.ask(system_python, **both))
    assert outside.kind is Kind.SYSTEM
    assert str(venv) in because(outside, "prefix")


def test_uv_and_virtualenv_leave_their_name(zoo, some_python):
    venv = zoo.venv(some_python)
    text = (venv / "pyvenv.cfg").read_text()
    for line, flavour in (("uv = 0.4.0\n", "uv"), ("virtualenv = 20.25.0\n", "virtualenv")):
        (venv / "pyvenv.cfg").write_text(text + line)
        found = look(zoo, venv / "bin" / "python")
        assert (found.kind, found.flavour) == (Kind.VENV, flavour)
    (venv / "pipx_metadata.json").write_text("{}")
    assert look(zoo, venv / "bin" / "python").flavour == "pipx"


def test_uvs_own_pythons(zoo, some_python):
    home = zoo.directory / "home"
    name = "cpython-" + look(zoo, some_python).minor + ".7-linux-x86_64-gnu"
    tree = zoo.prefix(some_python, f"home/.local/share/uv/python/{name}")
    found = look(zoo, tree / "bin" / "python", HOME=str(home))
    agree(found, {**zoo.ask(tree / "bin" / "python"), "version": found.minor + ".7"})
    assert found.kind is Kind.UV
    moved = zoo.prefix(some_python, f"elsewhere/{name}")
    assert look(zoo, moved / "bin" / "python", UV_PYTHON_INSTALL_DIR=str(moved.parent)).kind is Kind.UV


@pytest.mark.parametrize(("place", "kind"), [
    (".pyenv/versions/3.9.1", Kind.PYENV), (".asdf/installs/python/3.9.1", Kind.ASDF),
    (".local/share/mise/installs/python/3.9.1", Kind.MISE), (".rye/py/cpython@3.9.1", Kind.RYE),
    ("my/own", Kind.STANDALONE), ("Cellar/python@3.12/3.12.1", Kind.HOMEBREW)])
def test_version_managers(zoo, other_python, place, kind):
    tree = zoo.prefix(other_python, place)
    found = look(zoo, tree / "bin" / "python", HOME=str(zoo.directory))
    assert found.kind is kind
    agree(found, zoo.ask(tree / "bin" / "python"))


@pytest.mark.parametrize(("variable", "below", "kind"), [
    ("PYENV_ROOT", "versions/x", Kind.PYENV), ("ASDF_DATA_DIR", "installs/python/x", Kind.ASDF),
    ("MISE_DATA_DIR", "installs/python/x", Kind.MISE), ("RYE_HOME", "py/x", Kind.RYE)])
def test_version_managers_in_places_of_their_own(zoo, other_python, variable, below, kind):
    tree = zoo.prefix(other_python, f"root/{below}")
    assert look(zoo, tree / "bin" / "python").kind is Kind.STANDALONE
    assert look(zoo, tree / "bin" / "python", **{variable: str(zoo.directory / "root")}).kind is kind


def test_a_variable_cannot_make_the_system_python_somebody_elses(zoo, system_python):
    claims = {"PYENV_ROOT": "/", "UV_PYTHON_INSTALL_DIR": "/", "HOME": "/usr", "TERMUX_VERSION": "1"}
    found = look(zoo, system_python, **claims)
    assert found.kind is Kind.SYSTEM and found.is_protected


def test_pythonhome_is_told_and_does_not_decide(zoo, system_python, other_python):
    other = zoo.ask(other_python)["prefix"]
    found = look(zoo, system_python, PYTHONHOME=other)
    assert found.kind is Kind.SYSTEM
    assert other in because(found, "prefix")


@pytest.mark.parametrize("variable", ["PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"])
def test_launcher_variables_are_told(zoo, system_python, variable):
    venv = zoo.venv(system_python)
    found = look(zoo, system_python, **{variable: str(venv / "bin" / "python")})
    assert found.kind is Kind.SYSTEM
    assert variable in because(found, "prefix")


def test_a_false_argv0_is_the_path_it_is_called_by(zoo, system_python):
    """exec -a venv/bin/python /usr/bin/python3 is the venv: detection rests on the path as called."""
    venv = zoo.venv(system_python)
    called = str(venv / "bin" / "python")
    agree(look(zoo, called), zoo.ask(system_python, argv0=called))
    agree(look(zoo, system_python), zoo.ask(called, argv0=system_python))


def test_sudo_is_told(zoo, system_python):
    assert "someone" in because(look(zoo, system_python, SUDO_USER="someone"), "path")


@pytest.mark.parametrize("make", [
    lambda path: None,
    lambda path: path.symlink_to("nowhere"),
    lambda path: path.symlink_to(path),
    lambda path: path.mkdir(),
    lambda path: path.write_bytes(b"\x7fELF"),
    lambda path: os.mkfifo(path),
], ids=["absent", "dangling", "loop", "directory", "not-executable", "fifo"])
def test_broken(zoo, make):
    make(zoo.directory / "python3")
    found = look(zoo, zoo.directory / "python3")
    assert found.kind is Kind.BROKEN and because(found, "kind")
    assert not found.is_protected and found.prefix == ""


def test_a_relative_path_needs_a_directory(zoo, system_python):
    with pytest.raises(CollectError) as error:
        look(zoo, "python3")
    assert error.value.reference == "relative-interpreter"
    assert look(zoo, "python3", cwd="/usr/bin").path == "/usr/bin/python3"


def test_an_unversioned_copy_is_asked(zoo, other_python):
    """A file without a version in its name, no twin and no library above it: only a start tells."""
    lonely = zoo.directory / "lonely"
    lonely.mkdir(mode=0o755)
    shutil.copy2(os.path.realpath(other_python), lonely / "snake")
    still = inspect(zoo.host, str(lonely / "snake"), environment={}, uid=UID, probe=False)
    assert still.kind is Kind.UNKNOWN
    answer = zoo.ask(lonely / "snake")
    found = inspect(Host(), str(lonely / "snake"), environment={}, uid=UID)
    agree(found, answer)
    assert found.kind is look(zoo, other_python).kind
    assert "probe" in because(found, "prefix")


def test_what_gives_no_answer_is_broken(zoo):
    shutil.copy2("/bin/true", zoo.directory / "python")
    found = inspect(Host(), str(zoo.directory / "python"), environment={}, uid=UID)
    assert found.kind is Kind.BROKEN
    assert "no answer" in because(found, "kind")


def test_root_does_not_start_what_a_user_can_change(zoo):
    if UID != 0:
        pytest.skip("needs root: a file of another user is made")
    shutil.copy2("/bin/true", zoo.directory / "python")
    os.chown(zoo.directory / "python", 65534, 65534)
    found = inspect(zoo.host, str(zoo.directory / "python"), environment={}, uid=0)
    assert found.kind is Kind.UNKNOWN
    assert "not started" in because(found, "kind")


def test_nothing_is_started_in_a_tree(zoo, tmp_path):
    (tmp_path / "usr/bin").mkdir(parents=True)
    shutil.copy2("/bin/true", tmp_path / "usr/bin/python3")
    found = inspect(Host(str(tmp_path)), "/usr/bin/python3", environment={}, uid=0)
    assert found.kind is Kind.UNKNOWN and "tree" in because(found, "kind")


def test_python_2_is_known_statically(zoo, real):
    if "2.7" not in real:
        pytest.skip("no Python 2.7 is installed here")
    found = look(zoo, real["2.7"])
    assert found.minor == "2.7" and found.kind not in (Kind.UNKNOWN, Kind.BROKEN)


def test_path_without_a_slash_still_leads_somewhere(zoo, system_python):
    """env -i: sys.executable is empty, the path that was resolved is what counts."""
    done = subprocess.run([system_python, "-c", "import sys; print(repr(sys.prefix))"], env={}, text=True,
                          capture_output=True, check=True)
    assert done.stdout.strip() == repr(look(zoo, system_python).prefix)
