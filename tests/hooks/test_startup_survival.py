"""What the startup hook survives: closed streams, no descriptors, many starts at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hooks.startuprig import MINORS, REFUSED, Rig

Make = Callable[..., Rig]
API = """
try:
    from pip._internal.cli.main import main
except ImportError:
    try:
        from pip._internal import main
    except ImportError:
        from pip import main
{}
"""


@pytest.mark.parametrize("minor", MINORS)
def test_silent_start(rig: Make, minor: str) -> None:
    ran = rig(minor).run("-c", "import sys; print([type(f).__name__ for f in sys.meta_path].count('PyguardFinder'))")
    assert (ran.code, ran.stdout.strip(), ran.stderr) == (0, b"1", b"")


def test_every_standard_stream_closed(rig: Make) -> None:
    guarded = rig()
    ran = guarded.command(["sh", "-c", f"{guarded.python} -m pip install six <&- >&- 2>&-"])
    assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]])


def test_children_that_nobody_waits_for(rig: Make) -> None:
    code = "import signal, os, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    ran = rig().run("-c", code + API.format("main(['install', 'six'])"))
    assert (ran.code, len(ran.asked)) == (REFUSED, 1)


def test_no_file_descriptors_left(rig: Make) -> None:
    code = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))\nimport os\n"
    guarded = rig()
    script = guarded.base / "pip"
    script.write_text(code + "import pip\nprint('went on')\n")
    ran = guarded.run(str(script), "install", "six")
    assert (ran.code, ran.stderr) == (0, b"") or b"Too many open files" in ran.stderr


@pytest.mark.full
def test_five_hundred_starts_at_once(rig: Make) -> None:
    guarded = rig()
    script = f"for i in $(seq 500); do {guarded.python} -c 'import pip' & done; wait"
    ran = guarded.command(["sh", "-c", script])
    assert (ran.code, ran.stdout, ran.stderr) == (0, b"", b"")


def test_twenty_starts_at_once(rig: Make) -> None:
    guarded = rig()
    ran = guarded.command(["sh", "-c", f"for i in $(seq 20); do {guarded.python} -c 'import os' & done; wait"])
    assert (ran.code, ran.stdout, ran.stderr) == (0, b"", b"")
