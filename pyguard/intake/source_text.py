"""A piece of text inside a file: offsets become lines and columns of the file, from 1."""

from __future__ import annotations

from bisect import bisect_right

from ..model.request import Location


class SourceText:
    """`line` and `column` are where the text begins; `margin` is the indentation cut from its later lines.

    With `fixed`, everything lies where that says: for text that was put together by expansion.
    """

    def __init__(self, text: str, path: str, line: int = 1, column: int = 1, margin: int = 0,
                 fixed: Location | None = None) -> None:
        self.text = text
        self.path = path
        self.line = line
        self.column = column
        self.margin = margin
        self.fixed = fixed
        self._starts: list[int] = []

    def line_at(self, offset: int) -> int:
        """The line on which that offset lies."""
        if self.fixed is not None:
            return self.fixed.line
        return self.line + bisect_right(self._starts or self._find_starts(), offset) - 1

    def _find_starts(self) -> list[int]:
        self._starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return self._starts

    def locate(self, start: int, end: int) -> Location:
        """The lines from offset `start` to `end`."""
        if self.fixed is not None:
            return self.fixed
        if not self._starts:
            self._find_starts()
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(start, end - 1)) - 1
        column = start - self._starts[first] + (self.column if first == 0 else self.margin + 1)
        return Location(self.path, self.line + first, self.line + last, column)
