"""Blocks within blocks: which of them a place stands in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

MAX_DEPTH = 100
UNCLOSED = 5_000    # characters that a block has which nothing closes


class Nesting:
    """Of spans that lie within or behind one another, by where they start."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.ends = dict(sorted(spans))
        self._starts = list(self.ends)
        self._outer: dict[int, int] = {}
        opened: list[int] = []
        for start in self._starts:
            while opened and self.ends[opened[-1]] <= start:
                opened.pop()
            self._outer[start] = opened[-1] if opened else -1
            opened.append(start)

    def around(self, offset: int) -> Iterator[int]:
        """The starts of the spans that have the place in them, the innermost first."""
        index = bisect_right(self._starts, offset) - 1
        start, depth = self._starts[index] if index >= 0 else -1, 0
        while start >= 0 and depth < MAX_DEPTH:
            if offset < self.ends[start]:
                depth += 1
                yield start
            start = self._outer[start]
