"""A bound on the time that one piece of work may take, by a real-time alarm that ticks while there is any."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Optional, TypeVar

Result = TypeVar("Result")
TICK = 0.05    # seconds
AGAIN = 0.5    # seconds until it is raised once more: inside a destructor or a callback of the collector it is lost


class TooSlow(Exception):
    """A piece of work took longer than it may."""


class TimeBound:
    """Ticks inside `with`, which may be nested; only in a main thread, in any other nothing is ended."""

    def __init__(self) -> None:
        self._due = 0.0
        self._depth = 0
        self._ticks = False
        self._before: Any = None    # the handler of SIGALRM that was there

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth == 1:
            import signal  # 3 ms

            try:
                self._before = signal.signal(signal.SIGALRM, self._tick)
            except ValueError:    # not the main thread
                return
            self._ticks = True
            signal.setitimer(signal.ITIMER_REAL, TICK, TICK)

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._depth -= 1
        if self._depth == 0 and self._ticks:
            import signal

            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before or signal.SIG_DFL)    # None: of no Python program
            self._ticks = False

    def _tick(self, number: int, frame: Any) -> None:
        now = time.monotonic()
        if self._due and now > self._due:
            self._due = now + AGAIN
            raise TooSlow

    def run(self, seconds: float, work: Callable[[], Result]) -> Result:
        """What the work gives. Raises TooSlow when it takes longer."""
        with self:
            self._due = time.monotonic() + seconds
            try:
                return work()
            finally:
                self._due = 0.0
