"""A document's code blocks, in Markdown and in reStructuredText: fenced, indented, in a table, or plain commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...model.late_pattern import late
from .document_items import ITEM, item_of
from .document_tables import CELL, cells_of
from .fences import end_of_fence

FENCE = late(r"^([ \t]*(?:[-*+>]\s+|\d+\.\s+)*)(`{3,}|~{3,})[ \t]*\{?\.?"
             r"(?:(?:code-block|code|code-cell|sourcecode|prompt)\}[ \t]*)?([\w+-]*)")
PREFORMATTED = late(r"^[ \t]*<pre\b[^>]*>(?:[ \t]*<code\b[^>]*>)?", re.I)
TAG = late(r"</?(?:pre|code|b|strong|i|em|span|kbd)\b[^<>\n]*>", re.I)
DIRECTIVE = late(r"^([ \t]*)\.\.\s+(?:code-block|code|sourcecode|prompt|parsed-literal|tabs?:*code\w*)::[ \t]*(\S*)")
LITERAL = late(r"^([ \t]*)(?:\S.*)?::\s*$")
PLAIN = late(r"(?:sudo (?:-\S+ )*)?(?:apt(?:-get)? (?:-\S+ )*(?:update|upgrade|install)|(?:yum|dnf) (?:-y )?install|"
             r"pip3? install|easy_install3? |python3? -m (?:pip|venv)|git clone|source|cd|wget|curl|mkdir)\b"
             r"(?! (?:is|will|the|a|and|or|to)\b)[^`]*[^.:;,!?`\s]\s*$")
# Behind a heading, a rule and a block an indented block needs no empty line (CommonMark, 4.4); behind a colon it is
# rendered as text, and read as the command that it is
CLOSED = late(r"^ {0,3}(?:#{1,6}(?:\s|$)|=+\s*$|-+\s*$|(?:\*\s*){3,}$|`{3,}\s*$|~{3,}\s*$)|:\s*$")
ADMONITION = late(r"^\s*(?:!!!|\?\?\?\+?)\s")    # of MkDocs: what is indented below is text


class CodeBlock(NamedTuple):
    """The lines of one block; `first` is the first one's number, from 1."""

    language: str
    lines: list[str]
    first: int
    margin: int


def is_restructured(path: str) -> bool:
    """Whether the document is reStructuredText, and no Markdown."""
    return path.lower().endswith(".rst")


def blocks_of(lines: list[str], path: str) -> Iterator[CodeBlock]:
    """All of them in order; by the suffix of the document."""
    return _restructured(lines, path) if is_restructured(path) else _markdown(lines, path)


def _markdown(lines: list[str], path: str) -> Iterator[CodeBlock]:
    index = 0
    while index < len(lines):
        match = FENCE.match(lines[index])
        if match is not None:
            end = end_of_fence(lines, index + 1, match.group(2))
            yield CodeBlock(match.group(3).lower(), lines[index + 1:end], index + 2, 0)
            index = end + 1
            continue
        end = _end_of_plain(lines, index)
        if end > index + 1:
            yield CodeBlock("sh", lines[index:end], index + 1, 0)
            index = end
            continue
        if PREFORMATTED.match(lines[index]):
            end = index
            while end < len(lines) and "</pre>" not in lines[end].lower():
                end += 1
            yield CodeBlock("", [TAG.sub(_blank, line) for line in lines[index:end + 1]], index + 1, 0)
            index = end + 1
            continue
        if ADMONITION.match(lines[index]):
            index = _end_of_text(lines, index + 1)
            continue
        if lines[index].startswith(("    ", "\t")) and _is_begun(lines, index):
            end = index
            while end < len(lines) and (lines[end].startswith(("    ", "\t")) or not lines[end].strip()):
                end += 1
            yield CodeBlock("", lines[index:end], index + 1, 4)
            index = end
            continue
        yield from _cells(lines, index)
        yield from _item(lines, index, path)
        index += 1


def _is_begun(lines: list[str], index: int) -> bool:
    """Whether an indented block can begin there: no paragraph goes on in it, and it is no list within a list."""
    if ITEM.match(lines[index]):
        return False
    return index == 0 or not lines[index - 1].strip() or CLOSED.search(lines[index - 1]) is not None


def _item(lines: list[str], index: int, path: str) -> Iterator[CodeBlock]:
    """The one command of a list's item, or of a paragraph of one line."""
    item = item_of(lines, index, path)
    if item is not None:
        yield CodeBlock("sh", [" " * item[0] + item[1]], index + 1, item[0])


def _cells(lines: list[str], index: int) -> Iterator[CodeBlock]:
    for start, command in cells_of(lines, index):
        yield CodeBlock(CELL, [" " * start + command], index + 1, start)


def _end_of_text(lines: list[str], index: int) -> int:
    """Behind the indented text of an admonition, or at the first block that is marked in it."""
    while index < len(lines) and (not lines[index].strip() or lines[index].startswith(("    ", "\t"))) \
            and not FENCE.match(lines[index]):
        index += 1
    return index


def _end_of_plain(lines: list[str], index: int) -> int:
    """Behind the lines from there on that are commands and nothing else, as somebody forgot to mark them."""
    while index < len(lines) and PLAIN.match(lines[index]):
        index += 1
    return index


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _restructured(lines: list[str], path: str) -> Iterator[CodeBlock]:
    index = 0
    while index < len(lines):
        named = DIRECTIVE.match(lines[index])
        match = named or LITERAL.match(lines[index])
        yield from _cells(lines, index)
        if match is None or (lines[index].lstrip().startswith(".. ") and named is None):
            yield from _item(lines, index, path)
            index += 1
            continue
        language = named.group(2).lower() if named is not None else ""
        margin = len(match.group(1))
        end = index + 1
        least = next((_indent(line) for line in lines[end:end + 20] if line.strip()), 0)    # the block's own margin
        least = least if named is None else margin + 1    # a directive's options may stand further in
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) >= max(least, margin + 1)):
            end += 1
        body = ["" if line.lstrip().startswith(":") else line for line in lines[index + 1:end]]
        yield CodeBlock(language, body, index + 2, margin)
        index = end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
