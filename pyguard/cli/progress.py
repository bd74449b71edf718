"""A progress bar on a terminal's stderr: nothing at all where stderr is no terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional, TextIO

WIDTH = 30


def progress_bar(stderr: TextIO) -> Optional[Callable[[str, int, int], None]]:
    """A function to be told what is done, how much of it, and how much there is."""
    if not stderr.isatty():
        return None

    def show(what: str, done: int, count: int) -> None:
        filled = WIDTH * done // count if count else WIDTH
        stderr.write(f"\r{what} [{'#' * filled}{' ' * (WIDTH - filled)}] {done}/{count}\x1b[K")
        if done >= count:
            stderr.write("\r\x1b[K")
        stderr.flush()

    return show
