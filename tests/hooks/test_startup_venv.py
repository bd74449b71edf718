"""Virtual environments: one that sees the system's site directories asks the engine, and no other notices anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hooks.startuprig import REFUSED, Rig

Make = Callable[..., Rig]
WORDS = ["install", "nothing-of-that-name"]
LOOK = "import sys; print(sum(type(finder).__name__ == 'PyguardFinder' for finder in sys.meta_path))"


def make_venv(guarded: Rig, *options: str) -> str:
    place = guarded.base / "venv"
    subprocess.run([guarded.python, "-m", "venv", "--without-pip", *options, place], check=True)
    return str(place / "bin" / "python")


@pytest.mark.parametrize("minor", ["3.6", "3.8", "3.11", "3.13"])
def test_one_that_sees_the_site_directories_asks(rig: Make, minor: str) -> None:
    """Its pip writes to the user's site directory where it cannot write to its own; the engine knows."""
    guarded = rig(minor)
    python = make_venv(guarded, "--system-site-packages")
    ran = guarded.command([python, "-m", "pip", *WORDS])
    assert (ran.code, ran.asked) == (REFUSED, [WORDS])
    asked = (guarded.engine / "asked").read_text().split("\n")
    assert asked[asked.index("--interpreter") + 1] == python
    guarded.answer("go")
    assert guarded.command([python, "-m", "pip", *WORDS]).code == 1
    assert guarded.command([python, "-m", "pip", "--version"]).asked == []


@pytest.mark.parametrize("options", [(), ("--system-site-packages",)])
def test_one_without_the_hook_is_left_alone(rig: Make, options: tuple[str, ...]) -> None:
    guarded = rig("3.11")
    python = make_venv(guarded, *options)
    flags = ["-s"] if options else []    # nor does it see the user's, where the hook of these tests lies
    ran = guarded.command([python, *flags, "-m", "pip", *WORDS])
    assert (ran.code, ran.asked) == (1, [])
    assert guarded.command([python, *flags, "-c", LOOK]).stdout == b"0\n"


def test_notices_and_shields_are_for_the_system(rig: Make, tmp_path: Path) -> None:
    guarded = rig("3.11", None)
    python = make_venv(guarded, "--system-site-packages")
    (guarded.site / "colour.py").write_text("")
    notice = tmp_path / "notice"
    notice.write_text(f"pyguard-notice\t1\nshadow\tcolour\t{guarded.site}\tcolour 2\tcolour 1\tpython3-colour\nend\n")
    guarded.configure(f"notice={notice}\n")
    script = guarded.base / "script.py"
    script.write_text("import colour")
    assert guarded.run(str(script)).stderr.count(b"shadows colour 1") == 1
    ran = guarded.command([python, str(script)])
    assert (ran.code, ran.stderr) == (0, b"")
    assert guarded.command([python, "-c", LOOK], env={"PYTHONPATH": os.devnull}).stdout == b"1\n"
