"""Where `$(`, `${` and quotes end: here-documents, comments, `case` and quotes inside quotes are passed over."""

from __future__ import annotations

import re

from ...model.late_pattern import late

CLOSERS = late(r"[\\'\"`()]")
BRACES = late(r"[\\'\"`{}]")
UNEVEN = late(r"#|<<|\$['`]|`|\bcase\b|\"[^\"]*\$[({]")    # where pairs of quotes and brackets do not tell
UNEVEN_BRACES = late(r"['`]|\$\(|\"[^\"]*\$")
COMMANDS = late(r"\\.|\$['({]|['\"`()#\n]|<<<|<<-?|\bcase\b|\besac\b", re.S)
IN_DOUBLE = late(r"\\.|\$[({]|[\"`]", re.S)
IN_BRACES = late(r"\\.|\$['({]|['\"`{}]", re.S)
TAKEN_AS_WRITTEN = late(r"!?(?:\w+|[@*#?$!-])(?:\[[^\]\n]*\])?:?[-=?+]")    # in double quotes, ' is a letter there
DELIMITER = late(r"[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([A-Za-z_][^\s;&|<>()'\"`]*))")
BEFORE_COMMAND = late(r"(?:[;&|({\n`!]|\b(?:then|do|else|elif|if|while|until|in))[ \t]*\Z")
BLANK_BEFORE = " \t\n;&|("
MAX_DEPTH = 40


def find_end(text: str, position: int, end: int, opening: str, in_double: bool = False) -> int:
    """Where the `(` or `{` opened before `position` closes; `end` when it never does."""
    if opening == "(":
        paired = _find_pair(text, position, end, CLOSERS, "(", ")")
        if paired < end and not UNEVEN.search(text, position, paired):
            return paired
        found = _close_commands(text, position, end, 0)
        return found if found >= 0 else paired
    paired = _find_pair(text, position, end, BRACES, "{", "}")
    if paired < end and not UNEVEN_BRACES.search(text, position, paired):
        return paired
    found = _close_braces(text, position, end, in_double, 0)
    return found if found >= 0 else paired


def find_unescaped(text: str, what: str, position: int, end: int) -> int:
    """The next `what` without a backslash in front of it; `end` when there is none."""
    start = position
    while True:
        found = text.find(what, position, end)
        if found < 0:
            return end
        escapes = 0
        while found - escapes > start and text[found - 1 - escapes] == "\\":
            escapes += 1
        if escapes % 2 == 0:
            return found
        position = found + 1


def find_quote(text: str, what: str, position: int, end: int) -> int:
    """The next `what`, `end` when there is none: between single quotes a backslash is a letter."""
    found = text.find(what, position, end)
    return end if found < 0 else found


def _find_pair(text: str, position: int, end: int, marks: re.Pattern[str], opening: str, closing: str) -> int:
    """By brackets and quotes alone."""
    depth = 1
    while True:
        match = marks.search(text, position, end)
        if not match:
            return end
        found, position = match.group(), match.end()
        if found == "\\":
            position += 1
        elif found == "'":
            position = find_quote(text, found, position, end) + 1
        elif found in '"`':
            position = find_unescaped(text, found, position, end) + 1
        elif found == opening:
            depth += 1
        elif found == closing:
            depth -= 1
            if not depth:
                return match.start()


def _close_commands(text: str, position: int, end: int, depth: int) -> int:
    """The `)` that ends a command substitution, or -1."""
    opened: list[str] = []
    waiting: list[tuple[bool, str]] = []
    start = position
    while 0 <= position < end:
        match = COMMANDS.search(text, position, end)
        if not match:
            return -1
        found, position = match.group(), match.end()
        if found == ")":
            if not opened:
                return match.start()
            if opened[-1] == "(":    # else the end of a pattern
                opened.pop()
        elif found == "(":
            opened.append(found)
        elif found in ("case", "esac"):
            _note_case(found, text, match.start(), start, opened)
        elif found == "\n":
            for tabs, delimiter in waiting:
                position = _after_document(text, position, end, tabs, delimiter)
            waiting = []
        elif found == "#":
            if match.start() == start or text[match.start() - 1] in BLANK_BEFORE:
                position = find_quote(text, "\n", position, end)
        elif found in ("<<", "<<-"):
            said = DELIMITER.match(text, position, end)
            if said is not None:
                waiting.append((found == "<<-", said.group(said.lastindex or 0)))
                position = said.end()
        elif found != "<<<":
            position = _after(found, text, position, end, depth)
    return -1


def _note_case(word: str, text: str, position: int, start: int, opened: list[str]) -> None:
    """`case` and `esac` count where a command begins."""
    before = text[max(start, position - 40):position]
    if not before.strip(" \t") or BEFORE_COMMAND.search(before):
        if word == "case":
            opened.append(word)
        elif opened and opened[-1] == "case":
            opened.pop()


def _after_document(text: str, position: int, end: int, tabs: bool, delimiter: str) -> int:
    """Behind a here-document's last line; where it began if it never ends."""
    found = text.find(delimiter, position, end)
    while found >= 0:
        begin, after = found, found + len(delimiter)
        while tabs and begin > position and text[begin - 1] == "\t":
            begin -= 1
        if (begin == position or text[begin - 1] == "\n") and (after >= end or text[after] in "\n\r)"):
            return after
        found = text.find(delimiter, after, end)
    return position


def _after(found: str, text: str, position: int, end: int, depth: int) -> int:
    """Behind what begins with `found`, a quote or an expansion; -1 when it never ends."""
    if found[0] == "\\":
        return position
    if found == "'":
        closing = find_quote(text, "'", position, end)
    elif found in ("$'", "`"):
        closing = find_unescaped(text, found[-1], position, end)
    elif depth >= MAX_DEPTH:
        return -1
    elif found == '"':
        closing = _close_double(text, position, end, depth + 1)
    elif found == "$(":
        closing = _close_commands(text, position, end, depth + 1)
    else:
        closing = _close_braces(text, position, end, False, depth + 1)
    return closing + 1 if 0 <= closing < end else -1


def _close_double(text: str, position: int, end: int, depth: int) -> int:
    """The `\"` that ends a double-quoted text, or -1."""
    while 0 <= position < end:
        match = IN_DOUBLE.search(text, position, end)
        if not match:
            return -1
        if match.group() == '"':
            return match.start()
        if match.group() == "${" and depth < MAX_DEPTH:
            closing = _close_braces(text, match.end(), end, True, depth + 1)
            position = closing + 1 if closing >= 0 else -1
        else:
            position = _after(match.group(), text, match.end(), end, depth)
    return -1


def _close_braces(text: str, position: int, end: int, in_double: bool, depth: int) -> int:
    """The `}` that ends `${`, or -1."""
    as_written = in_double and TAKEN_AS_WRITTEN.match(text, position, end) is not None
    opened = 0
    while 0 <= position < end:
        match = IN_BRACES.search(text, position, end)
        if not match:
            return -1
        found, position = match.group(), match.end()
        if found == "{":
            opened += 1
        elif found == "}":
            if not opened:
                return match.start()
            opened -= 1
        elif not (as_written and found in ("'", "$'")):
            position = _after(found, text, position, end, depth)
    return -1
