"""The text of a start-up file -> the command lines that a shell carries out when it reads it; nothing is run.

Left out is what belongs to something longer: here-documents, quotes and parentheses over several lines. A backslash at
the end of a line continues it (POSIX shell, 2.2.1; csh and fish do the same).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional

from ..model.late_pattern import late

TOKEN = late(r"\\.|\\$|\$?'|\"|<<<|<<-?\s*(?P<mark>\\?[A-Za-z_]\w*|'[^']+'|\"[^\"]+\")|(?P<comment>(?<![^\s;&|()])#.*)"
             r"|[()]")
IN_DOUBLE = late(r"\\.|\\$|\"")
# What a function's first line looks like, in sh and in fish; it ends at the same indentation.
FUNCTION = late(r"(\s*)(?:function\s+([^\s(){}]+)[^{}]*|([\w.:-]+)\s*\(\s*\)\s*)(?:\{[^}]*)?$")
BEGINS = late(r"(?:&&|\|\||[;|{(!]|(?<!\S)(?:then|do|else))\s*\\$")    # the next line begins a command


class Line(NamedTuple):
    """Physical lines `first` to `last` joined, 1 being the first; not `sure` where the file's structure is unclear.

    `function`: in the body of which it stands, its first and last line included.
    """

    first: int
    last: int
    text: str
    sure: bool = True
    function: str = ""


class _Reader:
    """What is open at the end of the lines so far."""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0
        self.documents: list[str] = []
        self.continued = False

    @property
    def is_open(self) -> bool:
        return bool(self.quote or self.depth or self.documents)

    def read(self, line: str) -> None:
        """One more line."""
        self.continued = False
        if self.documents and not self.quote:
            if line.lstrip("\t") == self.documents[0]:
                self.documents.pop(0)
            return
        at = 0
        while at < len(line):
            if self.quote:
                at = self._leave_quote(line, at)
                continue
            match = TOKEN.search(line, at)
            if match is None or match["comment"]:
                return
            at = match.end()
            self._take(match[0], match["mark"])

    def _leave_quote(self, line: str, at: int) -> int:
        if self.quote == "'":
            end = line.find("'", at)
            self.quote = self.quote if end < 0 else ""
            return len(line) if end < 0 else end + 1
        match = IN_DOUBLE.search(line, at)
        if match is None:
            return len(line)
        if match[0] == self.quote:
            self.quote = ""
        return match.end()

    def _take(self, token: str, mark: Optional[str]) -> None:
        if token == "\\":
            self.continued = True
        elif token in ("'", "$'", '"'):
            self.quote = token[-1]
        elif mark:
            self.documents.append(mark.strip("\\'\""))
        elif token == "(":
            self.depth += 1
        elif token == ")":
            self.depth = max(self.depth - 1, 0)    # that of a pattern in `case`


def command_lines(lines: Sequence[str]) -> Iterator[Line]:
    """In their order; where something stays open to the end all are given as they stand, and none is sure."""
    inside, continued = [], []
    reader = _Reader()
    for line in lines:
        inside.append(reader.is_open)
        reader.read(line)
        continued.append(reader.continued)
    body = _function_bodies(lines, inside)
    if reader.is_open or body is None:
        yield from (Line(number, number, line, False) for number, line in enumerate(lines, 1))
        return
    at = 0
    while at < len(lines):
        last = at
        while continued[last] and last + 1 < len(lines) and not BEGINS.search(lines[last]):
            last += 1
        if not inside[at]:
            text = "".join(line[:-1] for line in lines[at:last]) + lines[last]
            yield Line(at + 1, last + 1, text, at not in body, body.get(at, ""))
        at = last + 1


def _function_bodies(lines: Sequence[str], inside: Sequence[bool]) -> Optional[dict[int, str]]:
    """The places of the lines in them, the first and the last included, with its name; None where one does not end."""
    found: dict[int, str] = {}
    for at, line in enumerate(lines):
        match = None if inside[at] or at in found else FUNCTION.match(line)
        if match:
            last = next((later for later in range(at + 1, len(lines)) if not inside[later] and (
                lines[later].startswith(match[1] + "}") or lines[later].rstrip() == match[1] + "end")), None)
            if last is None:
                return None
            found.update(dict.fromkeys(range(at, last + 1), match[2] or match[3]))
    return found
