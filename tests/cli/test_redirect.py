"""`redirect = "ask"`: a question on a terminal, none without one, and silence is no."""

from __future__ import annotations

import http.server
import importlib.util
import os
import pty
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pyguard.cli import redirect as module
from pyguard.judge import Caller
from tests.conda.channel import Channel
from tests.conda.world import World, make_world
from tests.wheelhouse import make_wheel

REFUSED = 11
PATIENCE = 60.0
needs_rattler = pytest.mark.skipif(importlib.util.find_spec("rattler") is None, reason="py-rattler needs Python 3.10")


@pytest.fixture
def world(tmp_path: Path) -> World:
    channel = Channel(tmp_path / "conda-forge")
    channel.add_python()
    channel.add_distribution("numpy", "1.26.4")
    channel.write()
    return make_world(tmp_path, channel)


def answer(world: World, typed: str, **environ: str) -> tuple[int, str]:
    """The exit code and the screen, with this typed when the question stands there."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
         "os.execv(sys.argv[1], sys.argv[1:])", *world.command("install", "numpy", mode="ask")],
        env=world.environ(**environ), cwd=world.home, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    screen, deadline, waiting = "", time.monotonic() + PATIENCE, typed
    while time.monotonic() < deadline:
        ready, _, _ = select.select([master], [], [], 0.1)
        if ready:
            try:
                screen += os.read(master, 65536).decode("utf-8", "replace")
            except OSError:
                break    # the last who had the terminal open is gone
        elif child.poll() is not None:
            break
        if waiting and "[y/N] " in screen:
            os.write(master, waiting.encode())
            waiting = ""
    os.close(master)
    return child.wait(), screen


@needs_rattler
@pytest.mark.parametrize(("typed", "made"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False),
                                             ("\x04", False), ("yellow\n", False)])
def test_only_a_yes_is_a_yes(typed: str, made: bool, world: World) -> None:
    code, screen = answer(world, typed)
    assert code == REFUSED and bool(world.environments()) is made, screen
    assert ("and what was asked for imports there" in screen) is made


@needs_rattler
def test_control_c_at_the_question(world: World) -> None:
    code, screen = answer(world, "\x03")
    assert code != 0 and "Traceback" not in screen.split("[y/N]")[0] and world.environments() == []


def test_nobody_is_asked_in_ci(world: World) -> None:
    code, screen = answer(world, "", CI="true")
    assert code == REFUSED and "nobody is asked" in screen and "[y/N]" not in screen


def test_silence_is_no(world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(module, "_is_attended", lambda caller: True)
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    from pyguard.model.settings import Redirect
    from tests.conda.drive import decide_in_world

    reader, writer = os.pipe()    # a terminal at which nobody types
    saved = os.dup(0)
    os.dup2(reader, 0)
    try:
        environ = world.environ()
        decision = decide_in_world({"conda": f"{world.base}/bin/conda"}, ["install", "numpy"], environ, "/")
        assert module.redirect(decision, Caller(environ, "/", 1000), Redirect.ASK, sys.stderr) == REFUSED
    finally:
        os.dup2(saved, 0)
        for descriptor in (saved, reader, writer):
            os.close(descriptor)
    assert "no answer, so nothing is made" in capfd.readouterr().err and world.environments() == []


class Lists(http.server.BaseHTTPRequestHandler):
    """Every address has a list of requirements with nothing in it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"# nothing\n")

    def log_message(self, *_: object) -> None:
        """In silence."""


@pytest.mark.skipif(importlib.util.find_spec("ensurepip") is None, reason="makes a virtual environment")
def test_what_was_not_looked_at_is_not_promised(world: World, tmp_path: Path) -> None:
    wheel = make_wheel(str(tmp_path / "dist"), "simple_math", "0.1", {"simple_math/__init__.py": "x = 1\n"})
    with http.server.HTTPServer(("127.0.0.1", 0), Lists) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        link = f"http://127.0.0.1:{server.server_port}/r.txt"
        done = world.redirect("install", "-r", link, wheel, tools=("ensurepip",), PIP_PROXY="")
        server.shutdown()
    assert done.returncode == REFUSED and f"whether all of {link} imports there was not looked at" in done.stderr


@needs_rattler
def test_what_a_list_at_an_address_asks_for_is_not_said_to_import(world: World) -> None:
    """It is in no command's reach here: with pip's own word for it nothing is made, and nothing else is promised."""
    done = world.redirect("install", "numpy", "-r", "http://127.0.0.1:9/r.txt")
    assert done.returncode == REFUSED and "-m pip install numpy -r http://127.0.0.1:9/r.txt" in done.stderr
    assert "imports there" not in done.stderr and world.environments() == []
