"""A command text of several lines, where it stands in a program: each command of it has a line of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Optional

from ..source_text import SourceText


class ProgramText(SourceText):
    """The program's own text, with the strings in it that go over several lines."""

    def __init__(self, text: str, path: str, nodes: Iterable[ast.AST]) -> None:
        super().__init__(text, path)
        self._lines = text.split("\n")
        self._long = [(each.value, each) for each in nodes if isinstance(each, ast.Constant)
                      and isinstance(each.value, str) and _breaks(each)]
        self._of_lines: dict[int, list[tuple[str, ast.Constant]]] = {}    # by the line breaks that they go over

    def command_text(self, words: str, node: ast.expr) -> Optional[SourceText]:
        """The command where a string has it on as many lines: one below `node`, or one that a name stands for."""
        breaks = words.count("\n")
        if not breaks:
            return None
        filled = [each for each in ast.walk(node) if isinstance(each, ast.JoinedStr) and _breaks(each) == breaks]
        bare = _bare(words)
        whole = [each for value, each in self._strings(breaks) if value in bare]
        return self._placed(words, (*filled, *whole)[0]) if filled or whole else None

    def _strings(self, breaks: int) -> list[tuple[str, ast.Constant]]:
        if breaks not in self._of_lines:
            self._of_lines[breaks] = [(_bare(value), each) for value, each in self._long
                                      if _breaks(each) == breaks and value.strip()]
        return self._of_lines[breaks]

    def _placed(self, words: str, node: ast.expr) -> SourceText:
        """With its column where it stands there letter by letter; what is filled in moves what is behind it."""
        before = self._lines[node.lineno - 1].find(words.split("\n", 1)[0], node.col_offset)
        return SourceText(words, self.path, node.lineno, max(before, node.col_offset) + 1)


def _breaks(node: ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno


def _bare(text: str) -> str:
    """Without blanks and quotes, which dedent, strip and the quoting for `bash -c` change."""
    return "".join(text.split()).replace("'", "")
