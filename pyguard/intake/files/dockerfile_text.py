"""A Dockerfile's text becomes its instructions: continuations, comments inside them, here-documents, escape=."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from ...model.late_pattern import late

INSTRUCTION = late(r"[ \t]*([A-Za-z]+)(?=[ \t]|$)[ \t]*")
DIRECTIVE = late(r"#\s*escape\s*=\s*([\\`])", re.I)
COMMENT = late(r"[ \t]*#")
HEREDOC = late(r"<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_.]*)\2")
PAIR = late(r"([\w.-]+)=((?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|\\[^\n]|[^\s\"'\\])*)", re.S)
WITH_DOCUMENTS = frozenset(("RUN", "COPY", "ADD"))
MAX_DOCUMENTS = 200     # here-documents of one instruction


class Instruction(NamedTuple):
    """`text` is the argument as written, its comment lines made blank; it begins at `line`, `column`."""

    keyword: str
    text: str
    line: int
    end_line: int
    column: int


def read_instructions(text: str) -> list[Instruction]:
    """All instructions, in order; lines that begin none are passed over."""
    lines = text.split("\n")
    match = DIRECTIVE.match(lines[0]) if lines else None
    escape = match.group(1) if match else "\\"
    found: list[Instruction] = []
    index = 0
    while index < len(lines):
        begin = INSTRUCTION.match(lines[index])
        if begin is None or COMMENT.match(lines[index]):
            index += 1
            continue
        keyword = begin.group(1).upper()
        body, after = _continued(lines, index, begin.end(), escape)
        if keyword in WITH_DOCUMENTS or keyword == "ONBUILD":
            body, after = _with_documents(lines, body, after)
        found.append(Instruction(keyword, body, index + 1, after, begin.end() + 1))
        index = after
    return found


def _continued(lines: list[str], index: int, column: int, escape: str) -> tuple[str, int]:
    """The logical line, as many physical lines as it takes, each joined by backslash and newline."""
    pieces = [lines[index][column:]]
    while index + 1 < len(lines) and pieces[-1].rstrip(" \t\r").endswith(escape):
        pieces[-1] = pieces[-1].rstrip(" \t\r")[:-1] + "\\"
        index += 1
        while index + 1 < len(lines) and (COMMENT.match(lines[index]) or not lines[index].strip()):
            pieces.append("\\")    # a comment or an empty line inside does not end the instruction
            index += 1
        pieces.append(lines[index])
    return "\n".join(pieces), index + 1


def _with_documents(lines: list[str], body: str, after: int) -> tuple[str, int]:
    """Append the bodies of the here-documents that the instruction opens."""
    opened = HEREDOC.findall(body)[:MAX_DOCUMENTS]
    for dash, _, name in opened:
        end = after
        while end < len(lines) and (lines[end].lstrip("\t") if dash else lines[end]).rstrip("\r") != name:
            end += 1
        if end >= len(lines):
            return body, after    # never closed: `<<` was something else
        body = "\n".join([body, *lines[after:end + 1]])
        after = end + 1
    return body, after


def only_document(text: str) -> str:
    """`RUN <<EOF`: the here-document's body alone, its other lines made blank; its last line closes it."""
    lines = text.split("\n")
    match = HEREDOC.search(lines[0])
    body = lines[1:]
    if match and body and body[-1].strip() == match.group(3):
        body[-1] = ""
    return "\n".join(["", *body])


def json_words(text: str) -> list[str]:
    """The exec form, `["pip", "install", "x"]`; an empty list for anything else."""
    stripped = text.replace("\\\n", "").strip()
    if not stripped.startswith("["):
        return []
    try:
        words = json.loads(stripped)
    except ValueError:
        return []
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else []


def shell_line(words: list[str]) -> str:
    """The words as a shell would read them."""
    import shlex  # few files have the exec form

    return shlex.join(words)


def pairs(text: str, bare: bool = False) -> list[tuple[str, str | None]]:
    """`ENV a=b c=d`, `ENV a b c` and `ARG a`."""
    joined = re.sub(r"\\\n\s*", " ", text).strip()
    found: list[tuple[str, str | None]] = [(match.group(1), _unquote(match.group(2)))
                                           for match in PAIR.finditer(joined)]
    first = joined.split(None, 1)
    if first and "=" not in first[0]:
        return [(first[0], None)] if bare else [(first[0], first[1].strip() if len(first) > 1 else "")]
    return found


def _unquote(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value.replace('"', "").replace("'", "")) if value[:1] in "\"'" else value
