"""The text of a TOML file in, the line of each of its keys out: for messages, as far as a scan can tell."""

from __future__ import annotations

import re

HEADER = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?")
KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")

Lines = dict[tuple[str, int, str], int]    # table, which of its name (from 0), key -> line from 1


def scan_lines(text: str, below: str = "") -> Lines:
    """Keys by their table, named relative to `below`; the empty key is the table's header."""
    found: Lines = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        header, key = HEADER.fullmatch(line), KEY.match(line)
        if header:
            table = _relative(_plain(header[1]), below)
            counts[table] = counts.get(table, -1) + 1
            found.setdefault((table, counts[table], ""), number)
        elif key:
            found.setdefault((table, counts.get(table, 0), _plain(key[1])), number)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\"']", "", name)


def _relative(table: str, below: str) -> str:
    if table == below:
        return ""
    if not below:
        return table
    return table[len(below) + 1:] if table.startswith(below + ".") else "\0" + table


def line_of_error(message: str, text: str) -> int:
    """The line that tomllib names in its message; the last one where it names the end of the file."""
    found = AT_LINE.search(message)
    return int(found[1]) if found else max(1, len(text.splitlines()))
