"""Times two commands in turn, A B A B ..., by the operating system's own accounting; ratios pair by pair.

CPU time (user and system) of the whole process tree that was waited for; the median of the ratios is
what to quote, for machines are noisy and drift.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Optional


class Figures(NamedTuple):
    """Seconds, and the ratio A/B, as minimum, median and maximum of the pairs."""

    first: tuple[float, float, float]
    second: tuple[float, float, float]
    ratio: tuple[float, float, float]


def spend(argv: Sequence[str], environ: Optional[Mapping[str, str]] = None) -> float:
    """CPU seconds of one run, its output thrown away."""
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, descriptor) for descriptor in (0, 1, 2)]
    child = os.posix_spawn(argv[0], list(argv), dict(os.environ if environ is None else environ), file_actions=actions)
    _, _, usage = os.wait4(child, 0)
    os.close(null)
    return usage.ru_utime + usage.ru_stime


def wait_for(argv: Sequence[str], environ: Optional[Mapping[str, str]] = None) -> float:
    """Seconds on the wall of one run."""
    begun = time.perf_counter()
    spend(argv, environ)
    return time.perf_counter() - begun


def compare(first: Sequence[str], second: Sequence[str], pairs: int = 20,
            environ: Optional[Mapping[str, str]] = None,
            figure: Callable[[Sequence[str], Optional[Mapping[str, str]]], float] = spend) -> Figures:
    """`pairs` counted pairs after one that is not; of CPU seconds, or of what `figure` measures."""
    rows = [(figure(first, environ), figure(second, environ)) for _ in range(pairs + 1)][1:]
    return Figures(_spread([a for a, _ in rows]), _spread([b for _, b in rows]), _spread([a / b for a, b in rows]))


def _spread(values: list[float]) -> tuple[float, float, float]:
    return min(values), statistics.median(values), max(values)


def show(title: str, figures: Figures, bound: Optional[float] = None) -> str:
    """One line for people."""
    a, b = (f"{row[1] * 1000:.1f} ms" for row in (figures.first, figures.second))
    low, middle, high = figures.ratio
    limit = f", bound {bound}" if bound is not None else ""
    return f"{title}: {a} against {b}, ratio {middle:.3f} ({low:.3f} to {high:.3f}{limit})"
