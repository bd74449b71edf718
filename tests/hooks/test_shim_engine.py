"""The shim without a working engine, with one elsewhere, switched off, and as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hooks.worlds import World, shells

OS_PYTHON = "/usr/bin/python3"
PRINTS_ARGV = f"#!{OS_PYTHON} -I\nimport sys; print(sys.argv[1:])\n"


@pytest.fixture(params=shells(), ids=lambda command: command[0].rsplit("/", 1)[-1])
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_kill_switch(world: World, shell: tuple[str, ...]) -> None:
    world.engine()
    (world.root / "etc").mkdir()
    (world.root / "etc" / "disabled").write_text("", encoding="utf-8")
    assert world.run(["pip", "install", "x"], shell).calls == ((f"{world.bin}/pip", "install", "x"),)


def test_the_engines_other_places(world: World, shell: tuple[str, ...]) -> None:
    world.engine("system/venv")
    (call,) = world.run(["pip", "install", "x"], shell).calls
    assert call[1:3] == ("-I", f"{world.root}/system/venv/main.py")
    shutil.rmtree(world.root / "system")
    python = world.tool(world.root / "somewhere" / "python")
    (world.shims / ".pyguard-engine").write_text(python + "\n", encoding="utf-8")
    (call,) = world.run(["pip", "install", "x"], shell).calls
    assert call == (python, "-I", "-m", "pyguard", "pip", "--real", f"{world.bin}/pip", "--", "install", "x")


@pytest.mark.parametrize("place", ["packaged", "."])    # /usr/lib/pyguard, and beside the shims
def test_the_engine_of_an_os_package(world: World, shell: tuple[str, ...], place: str) -> None:
    python = world.tool(world.root / place / "python")
    (world.root / place / "main.py").write_text("", encoding="utf-8")
    (call,) = world.run(["pip", "install", "x"], shell).calls
    assert os.path.samefile(call[0], python) and call[1] == "-I"
    assert os.path.samefile(call[2], world.root / place / "main.py")
    assert call[3:] == ("pip", "--real", f"{world.bin}/pip", "--", "install", "x")


def break_nothing(world: World) -> None:
    shutil.rmtree(world.root / "venv")


def break_main(world: World) -> None:
    (world.root / "venv" / "main.py").unlink()


def break_python(world: World) -> None:
    (world.root / "base" / "python3.11").rename(world.root / "base" / "python3.12")


def upgrade_python(world: World) -> None:
    newer = world.tool(world.root / "base" / "python3.12")
    (world.root / "venv" / "bin" / "python").unlink()
    (world.root / "venv" / "bin" / "python").symlink_to(newer)


def truncate_configuration(world: World) -> None:
    (world.root / "venv" / "pyvenv.cfg").write_text("", encoding="utf-8")


BREAKAGES = [break_nothing, break_main, break_python, upgrade_python, truncate_configuration]


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_missing_engine_is_one_line_and_the_real_tool(world: World, shell: tuple[str, ...], breakage: object) -> None:
    world.engine()
    assert callable(breakage)
    breakage(world)
    done = world.run(["pip", "install", "x y"], shell)
    assert done.calls == ((f"{world.bin}/pip", "install", "x y"),)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert "engine is missing or broken" in done.stderr
    assert world.run(["pip", "list"], shell).stderr == ""


@pytest.fixture
def os_pip(world: World) -> Iterator[World]:
    world.tool(world.bin / "pip", PRINTS_ARGV)
    yield world


@pytest.mark.parametrize("arguments", [
    ("install", "six"), ("-q", "install", "six"), ("uninstall", "six"), ("install", "--user", "six"),
    ("install", "--target", "/usr/lib/python3/dist-packages", "six"), ("install", "--prefix=/usr", "six"),
    ("install", "--root", "/", "six"), ("install", "--log", "--dry-run", "six"), ("install", "--log", "--help", "six"),
])
def test_without_an_engine_global_installs_are_refused(os_pip: World, shell: tuple[str, ...],
                                                       arguments: tuple[str, ...]) -> None:
    done = os_pip.run(["pip", *arguments], shell)
    assert (done.code, done.stdout) == (11, "")
    assert done.stderr.startswith(f"pyguard: refused: pip {'un' * ('uninstall' in arguments)}install\n")
    assert f"{os_pip.bin}/pip belongs to the operating system's own Python" in done.stderr


@pytest.mark.parametrize(("arguments", "allow"), [
    (("install", "--target", "/srv/app", "six"), ""), (("install", "--dry-run", "six"), ""),
    (("install", "six"), "because"), (("install", "--prefix=/srv", "six"), ""),
    (("--python", "/srv/venv/bin/python", "install", "six"), ""), (("install", "six", "--help"), ""),
])
def test_without_an_engine_the_rest_passes(os_pip: World, shell: tuple[str, ...], arguments: tuple[str, ...],
                                           allow: str) -> None:
    if not os.path.exists(OS_PYTHON):
        pytest.skip(f"needs {OS_PYTHON}")
    done = os_pip.run(["pip", *arguments], shell, env={"PYGUARD_ALLOW": allow})
    assert (done.code, done.stdout) == (0, f"{list(arguments)}\n")
    assert done.stderr.count("\n") == 1


def test_root_runs_no_engine_that_lies_beside_somebody_elses_shim(world: World, shell: tuple[str, ...]) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: a shim that belongs to somebody else")
    world.engine()
    with tempfile.TemporaryDirectory() as directory:
        theirs = Path(directory) / "theirs"
        shutil.copytree(world.root, theirs, symlinks=True)
        for place in (theirs, theirs / "shims"):
            os.chown(place, 65534, 65534)
        done = subprocess.run([*shell, str(theirs / "shims" / "pip"), "install", "x"], capture_output=True, text=True,
                              env={"PATH": f"{theirs}/shims:{world.bin}:/usr/bin:/bin", "RECORD": str(world.record),
                                   "HOME": str(theirs)}, check=False)
    assert "engine is missing" in done.stderr
    assert world.calls() == ((f"{world.bin}/pip", "install", "x"),)
