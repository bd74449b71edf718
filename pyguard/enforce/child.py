"""A command in, its exit code out; a signal to this process ends the command and everything it started first.

A signal only leaves a note (`Signals`), which is looked at where stopping is safe: no exception can come between
making something and knowing that it was made.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from types import FrameType, TracebackType
from typing import IO, Optional, Union

from ..errors import PyguardError

PATIENCE = 10.0    # seconds between asking a command to end and ending it
PAUSE = 0.05       # seconds
WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STDERR = 2


class Interrupted(Exception):
    """A signal came; `number` is which."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class Signals:
    """While it is entered the usual signals are noted, the first of them, and nothing else happens."""

    def __init__(self) -> None:
        self.number = 0
        self._before = {number: signal.getsignal(number) for number in WATCHED}

    def __enter__(self) -> Signals:
        for number, handler in self._before.items():
            if handler is not signal.SIG_IGN:    # nohup stays nohup
                signal.signal(number, self._note)
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _: Optional[FrameType]) -> None:
        self.number = self.number or number

    def check(self) -> None:
        """Raises Interrupted when there was a signal."""
        if self.number:
            raise Interrupted(self.number)


def run_child(argv: Sequence[str], environ: Mapping[str, str], cwd: str, signals: Signals,
              output: Union[IO[bytes], int] = STDERR) -> int:
    """Nothing on stdin; what it says goes to stderr, for stdout belongs to the tool that was asked for.

    A session of its own, so that a signal reaches whatever it started too. A signal is code 128 + n, as in sh.
    Raises PyguardError where it cannot be started, Interrupted once it is ended.
    """
    signals.check()
    try:
        child = subprocess.Popen(list(argv), stdin=subprocess.DEVNULL, stdout=output, env=dict(environ), cwd=cwd,
                                 start_new_session=True)
    except OSError as error:
        raise PyguardError("not-run", f"{argv[0]} could not be run: {error.strerror}") from error
    while child.poll() is None:
        if signals.number:
            _end(child, signals.number)
            break
        time.sleep(PAUSE)
    signals.check()
    return 128 - child.returncode if child.returncode < 0 else child.returncode


def _end(child: subprocess.Popen[bytes], number: int) -> None:
    """Ask the whole session to end, wait for the command, and end what is left of it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(PAUSE)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
