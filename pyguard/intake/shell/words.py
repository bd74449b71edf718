"""Shell text becomes words: literals, variables and substitutions, each with its offset; never raises."""

from __future__ import annotations

import re
from typing import NamedTuple, Union

from ...model.late_pattern import late
from .closing import find_end, find_quote, find_unescaped

PLAIN = late(r"[^\s\\'\"$`;&|<>()]+")
IN_DOUBLE = late(r"[^\"\\$`]+")
NAME = late(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
BRACED = late(r"(?P<bang>[!#]?)(?P<name>[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])(?P<rest>.*)", re.S)
FALLBACK = late(r":?[-=](.*)", re.S)


class Variable(NamedTuple):
    """`$name` or `${name...}`: `fallback` is what stands after `:-`, `rest` any other operator."""

    name: str
    raw: str
    fallback: str = ""
    rest: str = ""
    quoted: bool = False


class Substitution(NamedTuple):
    """`$(...)` or backquotes: the text between `start` and `end`."""

    start: int
    end: int
    raw: str


Part = Union[str, Variable, Substitution]


class Word:
    """One word. `quoted` is true when any of it stood in quotes, which keeps it from being a keyword.

    `literal` is the text if nothing in it is to be expanded (`is_fixed`), else an empty string; `raw` is the word with
    what would be expanded left as written. Both are asked for several times a word.
    """

    __slots__ = ("end", "is_fixed", "literal", "parts", "quoted", "raw", "start")

    def __init__(self, parts: tuple[Part, ...], start: int, end: int, quoted: bool) -> None:
        self.parts = parts
        self.start = start
        self.end = end
        self.quoted = quoted
        self.is_fixed = True
        if len(parts) == 1 and isinstance(parts[0], str):
            self.literal = self.raw = parts[0]
            return
        texts = [part for part in parts if isinstance(part, str)]
        self.is_fixed = len(texts) == len(parts)
        self.raw = "".join(texts if self.is_fixed else [part if isinstance(part, str) else part.raw for part in parts])
        self.literal = self.raw if self.is_fixed else ""


def read_word(text: str, start: int, end: int) -> Word:
    """The word that begins at `start`; an unclosed quote ends with the text."""
    parts: list[Part] = []
    position, quoted = start, False
    while position < end:
        match = PLAIN.match(text, position, end)
        if match:
            parts.append(match.group())
            position = match.end()
            continue
        character = text[position]
        if character == "\\":
            if text.startswith("\n", position + 1):
                position += 2
                continue
            parts.append(text[position + 1:position + 2])
            quoted = True
            position += 2
        elif character == "'":
            closing = find_quote(text, "'", position + 1, end)
            parts.append(text[position + 1:closing])
            position, quoted = closing + 1, True
        elif character == '"':
            position = _read_double(text, position + 1, end, parts)
            quoted = True
        elif character in "$`":
            part, position = read_expansion(text, position, end)
            parts.append(part)
        else:
            break
    return Word(tuple(parts), start, min(position, end), quoted)


def _read_double(text: str, position: int, end: int, parts: list[Part]) -> int:
    parts.append("")
    while position < end:
        match = IN_DOUBLE.match(text, position, end)
        if match:
            parts.append(match.group())
            position = match.end()
            continue
        character = text[position]
        if character == '"':
            return position + 1
        if character == "\\":
            following = text[position + 1:position + 2]
            if following != "\n":
                parts.append(following if following in '$`"\\' else "\\" + following)
            position += 2
        else:
            part, position = read_expansion(text, position, end, True)
            parts.append(part._replace(quoted=True) if isinstance(part, Variable) else part)
    return end


def read_expansion(text: str, position: int, end: int, in_double: bool = False) -> tuple[Part, int]:
    """What begins with `$` or a backquote at `position`, and where it ends."""
    if text[position] == "`":
        closing = find_unescaped(text, "`", position + 1, end)
        return Substitution(position + 1, closing, text[position:closing + 1]), closing + 1
    following = text[position + 1:position + 2]
    if following == "(":
        closing = find_end(text, position + 2, end, "(")
        raw = text[position:closing + 1]
        if text.startswith("((", position + 1):
            return Variable("((", raw), closing + 1
        return Substitution(position + 2, closing, raw), closing + 1
    if following == "{":
        closing = find_end(text, position + 2, end, "{", in_double)
        return _read_braced(text[position + 2:closing], text[position:closing + 1]), closing + 1
    if following == "'" and not in_double:
        closing = find_unescaped(text, "'", position + 2, end)
        return text[position + 2:closing].replace("\\'", "'"), closing + 1
    match = NAME.match(text, position + 1, end)
    if match:
        return Variable(match.group(), text[position:match.end()]), match.end()
    return "$", position + 1


def _read_braced(body: str, raw: str) -> Part:
    match = BRACED.match(body)
    if not match or match["bang"]:
        return Variable("", raw)
    fallback = FALLBACK.fullmatch(match["rest"])
    if fallback:
        return Variable(match["name"], raw, fallback.group(1))
    return Variable(match["name"], raw, rest=match["rest"])
