"""Python's collector of cycles kept from running while much is built that has none: a third of the time it takes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """As it was before, afterwards. Workers that are forked meanwhile do without it, too."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
