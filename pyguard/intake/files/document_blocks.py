"""A document's code blocks, in Markdown and in reStructuredText: fenced, indented, in a table, or plain commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from .document_items import ITEM, items_of
from .document_tables import CELL, cells_of
from .fences import end_of_fence

FENCE = late(r"^([ \t]*(?:[-*+>]\s+|\d+\.\s+)*)(?P<fence>`{3,}|~{3,})[ \t]*\{?\.?"
             r"(?:(?:code-block|code|code-cell|sourcecode|prompt)\}[ \t]*)?(?P<language>[\w+-]*)")
HIGHLIGHT = late(r"^[ \t]*\{[%{]<?-?\s*highlight\s+\"?(?P<language>[\w+-]+)")    # of Jekyll and Hugo
END_OF_HIGHLIGHT = late(r"^[ \t]*\{[%{]<?-?\s*/?\s*(?:end)?highlight\s*-?>?[%}]\}")
PREFORMATTED = late(r"^[ \t]*<pre\b[^>]*>(?:[ \t]*<code\b[^>]*>)?", re.I)
OPEN_PRE = late(r"^[ \t]*<t[^`]*<pre\b[^<>]*>[ \t]*$", re.I)
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
        block, after = _marked(lines, index)
        if block is not None:
            yield block
        elif after == index:
            yield from _cells(lines, index)
            yield from _item(lines, index, path)
        index = max(after, index + 1)


def _marked(lines: list[str], index: int) -> tuple[Optional[CodeBlock], int]:
    """The block that begins at the line, and where what comes after it does: at the line itself where none does."""
    for opening, find_end in ((FENCE, _end_of_fence), (HIGHLIGHT, _end_of_highlight)):
        match = opening.match(lines[index])
        if match is not None:
            end = find_end(lines, index + 1, match)
            return CodeBlock(match.group("language").lower(), lines[index + 1:end], index + 2, 0), end + 1
    end = _end_of_plain(lines, index)
    if end > index + 1:
        return CodeBlock("sh", lines[index:end], index + 1, 0), end
    if OPEN_PRE.search(lines[index]):    # with the cell of a table before it
        end = next((at for at in range(index + 1, len(lines)) if "</pre>" in lines[at].lower()), len(lines))
        return CodeBlock("", lines[index + 1:end], index + 2, 0), end + 1
    if PREFORMATTED.match(lines[index]):
        end = next((at for at in range(index, len(lines)) if "</pre>" in lines[at].lower()), len(lines))
        return CodeBlock("", [TAG.sub(_blank, line) for line in lines[index:end + 1]], index + 1, 0), end + 1
    if ADMONITION.match(lines[index]):
        return None, _end_of_text(lines, index + 1)
    if lines[index].startswith(("    ", "\t")) and _is_begun(lines, index):
        end = index
        while end < len(lines) and (lines[end].startswith(("    ", "\t")) or not lines[end].strip()):
            end += 1
        return CodeBlock("", lines[index:end], index + 1, 4), end
    return None, index


def _is_begun(lines: list[str], index: int) -> bool:
    """Whether an indented block can begin there: no paragraph goes on in it, and it is no list within a list."""
    if ITEM.match(lines[index]):
        return False
    return index == 0 or not lines[index - 1].strip() or CLOSED.search(lines[index - 1]) is not None


def _end_of_fence(lines: list[str], index: int, opening: re.Match[str]) -> int:
    return end_of_fence(lines, index, opening.group("fence"))


def _end_of_highlight(lines: list[str], index: int, opening: re.Match[str]) -> int:
    return next((at for at in range(index, len(lines)) if END_OF_HIGHLIGHT.match(lines[at])), len(lines))


def _item(lines: list[str], index: int, path: str) -> Iterator[CodeBlock]:
    """The commands of a list's item, or of a paragraph of one line."""
    for start, command in items_of(lines, index, path):
        yield CodeBlock("sh", [" " * start + command], index + 1, start)


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
