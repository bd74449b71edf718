"""Which program the shim becomes: after itself on PATH, never itself, and never in a circle."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hooks.worlds import World, shells


@pytest.fixture(params=shells(), ids=lambda command: command[0].rsplit("/", 1)[-1])
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_first_after_the_shim_wins(world: World, shell: tuple[str, ...]) -> None:
    other = world.tool(world.root / "other dir" / "pip")
    earlier = world.tool(world.root / "earlier" / "pip")
    after = world.run(["pip", "list"], shell, path=[world.root / "earlier", world.shims, world.root / "other dir"])
    assert after.calls == ((other, "list"),)
    last = world.run(["pip", "list"], shell, path=[world.root / "earlier", "/usr/bin:/bin", world.shims])
    assert last.calls == ((earlier, "list"),)
    elsewhere = world.run(["pip", "list"], shell, path=[world.bin, "/usr/bin:/bin"])
    assert elsewhere.calls == ((f"{world.bin}/pip", "list"),)


def test_what_path_may_look_like(world: World, shell: tuple[str, ...]) -> None:
    here = world.root / "here"
    world.tool(here / "pip")
    world.tool(here / "-d" / "pip3")
    (here / "pip3").mkdir()                              # a directory is no program
    (here / "pip3.11").write_text("not executable", encoding="utf-8")
    tools = "/usr/bin:/bin"
    for empty in (f"{world.shims}::{tools}", f"{world.shims}:.:{tools}"):
        (call,) = world.run(["pip", "list"], shell, path=[empty], cwd=here).calls
        assert os.path.realpath(here / call[0]) == str(here / "pip")
    assert world.run(["pip", "list"], shell, path=[f":{world.shims}"], cwd=here).code in (0, 127)
    relative = world.run(["pip3", "list"], shell, path=[f"{world.shims}:nowhere::-d:{tools}"], cwd=here)
    assert os.path.realpath(here / relative.calls[0][0]) == str(here / "-d" / "pip3")
    none = world.run(["pip3.11", "list"], shell, path=[f"{world.shims}:{here}"])
    assert (none.code, none.stdout, none.calls) == (127, "", ())
    assert none.stderr == "pip3.11: command not found\n"


def test_without_path_it_ends(world: World, shell: tuple[str, ...]) -> None:
    done = subprocess.run([shutil.which(shell[0]) or "", *shell[1:], str(world.shims / "poetry"), "list"], env={},
                          capture_output=True, text=True, check=False, timeout=10)
    assert done.stdout == ""
    assert done.returncode == 127 or shutil.which("poetry")


def test_links_and_copies_of_the_shim_are_never_the_tool(world: World, shell: tuple[str, ...]) -> None:
    links = world.root / "links"
    links.mkdir()
    (links / "pip").symlink_to(world.shims / "pip")
    hard = world.root / "hard"
    hard.mkdir()
    os.link(world.shims / ".pyguard-shim", hard / "pip")
    second = world.root / "second"    # the shims of another installation
    second.mkdir()
    shutil.copy(world.shims / ".pyguard-shim", second / ".pyguard-shim")
    (second / "pip").symlink_to(".pyguard-shim")
    path = [world.shims, links, hard, second, world.shims, world.bin, "/usr/bin:/bin"]
    assert world.run(["pip", "list"], shell, path=path).calls == ((f"{world.bin}/pip", "list"),)
    assert world.run(["pip", "list"], shell, path=[world.shims, links, hard, second]).code == 127


def test_a_version_managers_shim_that_falls_back_to_path(world: World, shell: tuple[str, ...]) -> None:
    world.tool(world.root / "manager" / "pip", '#!/bin/sh\nPATH=${PATH#*/manager:} exec pip "$@"\n')
    world.tool(world.root / "naive" / "pip", '#!/bin/sh\nexec pip "$@"\n')
    for name in ("manager", "naive"):
        path = [world.shims, world.root / name, world.bin, "/usr/bin:/bin"]
        done = world.run(["pip", "list"], shell, path=path)
        assert (done.code, done.calls) == (0, ((f"{world.bin}/pip", "list"),)), name


def test_a_wrapper_that_starts_its_own_name(world: World, shell: tuple[str, ...]) -> None:
    world.tool(world.root / "wrapper" / "pip", '#!/bin/sh\necho wrapped\npip "$@"\nexit $?\n')
    done = world.run(["pip", "list"], shell, path=[world.shims, world.root / "wrapper", world.bin, "/usr/bin:/bin"])
    assert done.stdout == "wrapped\n"
    assert done.calls == ((f"{world.bin}/pip", "list"),)
    deeper = '#!/bin/sh\nsh -c \'echo again; pip "$@"; exit $?\' sh "$@"\nexit $?\n'
    world.tool(world.root / "wrapper" / "pip", deeper)
    done = world.run(["pip", "list"], shell, path=[world.shims, world.root / "wrapper", world.bin, "/usr/bin:/bin"])
    assert done.stdout.count("again") <= 12
    assert done.calls == ((f"{world.bin}/pip", "list"),)
    alone = world.run(["pip", "list"], shell, path=[world.shims, world.root / "wrapper", "/usr/bin:/bin"])
    assert alone.stdout.count("again") <= 12


def test_a_tool_that_calls_another_is_guarded_again(world: World, shell: tuple[str, ...]) -> None:
    world.engine()
    world.tool(world.bin / "uv", '#!/bin/sh\npip install "$@"\nexit $?\n')
    (call,) = world.run(["uv", "run"], shell).calls
    assert call[1:4] == ("-I", f"{world.shims}/../venv/main.py", "pip")
