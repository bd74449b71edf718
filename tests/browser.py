"""A page in headless Chromium, driven over its debugging pipe: a file in, what it shows and asks for out.

The protocol is the DevTools protocol, one JSON object a message, each ended by a NUL byte; the browser reads from
descriptor 3 and writes to 4.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60    # seconds for one answer, on a busy machine
OPTIONS = ("--headless", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-extensions", "--disable-background-networking", "--window-size=1280,1000")


class Page:
    """One page at a time. `asked`: every URL that it wanted; `said`: what its console and its policy complained of."""

    def __init__(self, reader: int, writer: int) -> None:
        self.reader = reader
        self.writer = writer
        self.waiting = b""
        self.number = 0
        self.session = ""
        self.asked: list[str] = []
        self.said: list[str] = []
        self.loaded = False

    def open(self, url: str) -> None:
        """Load it in a tab of its own, to the end; what the one before it did is forgotten."""
        self.session, self.asked, self.said, self.loaded = "", [], [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)
        limit = time.monotonic() + PATIENCE
        while not self.loaded:
            self._take(self._receive(limit))

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript; an exception in it fails the test."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self, path: Path) -> None:
        """The whole page as PNG."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one message and wait for its answer."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        limit = time.monotonic() + PATIENCE
        while True:
            answer = self._receive(limit)
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self._take(answer)

    def _take(self, event: dict[str, Any]) -> None:
        if event.get("sessionId", "") != self.session:
            return
        name, data = event.get("method"), event.get("params", {})
        if name == "Network.requestWillBeSent":
            self.asked.append(data["request"]["url"])
        elif name == "Log.entryAdded":
            self.said.append(data["entry"]["text"])
        elif name == "Runtime.exceptionThrown":
            self.said.append(json.dumps(data["exceptionDetails"]))
        elif name == "Page.loadEventFired":
            self.loaded = True

    def _receive(self, limit: float) -> dict[str, Any]:
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.reader], [], [], max(0, limit - time.monotonic()))
            assert ready, "the browser does not answer"
            data = os.read(self.reader, 1 << 20)
            assert data, "the browser has ended"
            self.waiting += data
        message, _, self.waiting = self.waiting.partition(b"\0")
        return dict(json.loads(message))


@contextlib.contextmanager
def browser_page(scratch: Path) -> Iterator[Page]:
    """A page of a browser of its own; skips with the reason where there is none."""
    program = find_browser()
    if not program:
        pytest.skip("needs chromium")
    ours, theirs = pipe(), pipe()
    options = [*OPTIONS, f"--user-data-dir={scratch / 'browser'}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    log = os.open(scratch / "browser.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    child = os.posix_spawn(program, [program, *options, "about:blank"], {**os.environ, "HOME": str(scratch)},
                           setsid=True,
                           file_actions=[(os.POSIX_SPAWN_DUP2, theirs[0], 3), (os.POSIX_SPAWN_DUP2, ours[1], 4),
                                         (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)])
    for descriptor in (theirs[0], ours[1], log):
        os.close(descriptor)
    try:
        yield Page(ours[0], theirs[1])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ours[0])
        os.close(theirs[1])


def find_browser() -> Optional[str]:
    """The program, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def pipe() -> tuple[int, int]:
    """A pipe whose ends are neither 3 nor 4, closed in children unless they are handed on."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]
