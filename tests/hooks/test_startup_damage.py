"""The startup hook survives what happens to installations, and its host survives it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hooks.startuprig import API, MINORS, REFUSED, Rig

Make = Callable[..., Rig]


def broken_rigs(guarded: Rig, how: str) -> None:
    """Damage an installation in one of the ways that happen."""
    config = guarded.site / "_pyguard.conf"
    if how.startswith("no "):
        (guarded.site / how[3:]).unlink()
    elif how == "engine removed":
        shutil.rmtree(guarded.engine)
    elif how == "engine's python removed":
        guarded.configure(f"engine={guarded.base}/gone/python\nengine-file={guarded.engine}/pyguard\n")
    elif how == "engine fails":
        (guarded.engine / "pyguard").write_text("#!/bin/sh\nexit 1\n")
    elif how == "engine is no program":
        (guarded.engine / "pyguard").chmod(0o644)
    elif how == "garbage in the configuration":
        config.write_bytes(b"\0\xff=\n\nengine\nnotice=\0\nnotice=/proc/self/mem\n")
    elif how == "garbage in the notice":
        (guarded.base / "notice").write_bytes(b"\xff\0site\tx\nshadow\nshadow\t\nend\n")
        guarded.configure(f"notice={guarded.base}/notice\n")
    elif how == "garbage in the list of shielded scripts":
        (guarded.base / "listed").write_bytes(b"\xff\0/usr/bin/x\nend\n")
        guarded.configure(f"shield={guarded.base}/listed\nshield=/nonexistent\nshield=\n")
    elif how == "half a handover":
        target = guarded.site / "_pyguard_handover.py"
        target.write_text(target.read_text()[:500])
    elif how == "half a boot":
        target = guarded.site / "_pyguard_boot.py"
        target.write_text(target.read_text()[:800])
    elif how == "configuration that others may write":
        config.chmod(0o666)
    elif how == "configuration is a fifo":
        config.unlink()
        os.mkfifo(config)


@pytest.mark.parametrize("how", [
    "no _pyguard_boot.py", "no _pyguard_handover.py", "no _pyguard_words.py", "no _pyguard.conf", "engine removed",
    "engine's python removed", "engine fails", "engine is no program", "garbage in the configuration",
    "garbage in the notice", "garbage in the list of shielded scripts", "half a handover", "half a boot",
    "configuration that others may write", "configuration is a fifo"])
def test_damage_changes_nothing(rig: Make, how: str, tmp_path: Path) -> None:
    guarded = rig()
    broken_rigs(guarded, how)
    words = ("-m", "pip", "install", "nothing-of-that-name")
    without = guarded.run(*words, env={"PYTHONUSERBASE": str(tmp_path / "empty")})
    assert without.code == 1
    assert guarded.run(*words) == without


@pytest.mark.parametrize("how", ["no _pyguard_shield.py", "no _pyguard_notice.py"])
def test_what_is_left_goes_on_guarding(rig: Make, how: str) -> None:
    guarded = rig()
    broken_rigs(guarded, how)
    ran = guarded.run("-m", "pip", "install", "six")
    assert (ran.code, ran.asked) == (REFUSED, [["install", "six"]])
    assert guarded.run("-c", "import json").stderr == b""


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


SLOW = """#!/bin/sh
trap 'sleep 0.3; : >"$0.ended"; exit 130' INT
: >"$0.begun"
while :; do sleep 0.05; done
"""


@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.11", "3.13"])
@pytest.mark.parametrize("script", [False, True])
def test_ctrl_c_while_the_engine_thinks(rig: Make, minor: str, script: bool) -> None:
    """The engine gets it as well, and is waited for: whoever typed it has the terminal back when both have ended."""
    guarded = rig(minor)
    engine = guarded.engine / "pyguard"
    engine.write_text(SLOW)
    (guarded.base / "pip").write_text("import sys\nfrom pip._internal import main\nsys.exit(main())\n")
    words = [guarded.python, *(["pip"] if script else ["-m", "pip"]), "install", "no-such"]
    with subprocess.Popen(words, env=guarded.environment(), cwd=guarded.base, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as process:
        for _ in range(200):
            if (guarded.engine / "pyguard.begun").exists():
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=30)[0]
    assert (process.returncode, said) == (130, b"")
    assert (guarded.engine / "pyguard.ended").exists()
