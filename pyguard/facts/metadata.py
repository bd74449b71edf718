"""The text of METADATA, PKG-INFO and requires.txt in, name, version and requirements out.

A cheap header read: importlib.metadata costs 45 ms to import, and parses a whole message each time.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_HEADER = re.compile(r"^(Name|Version|Requires-Dist):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
_SECTION = re.compile(r"\[([^\]:]*)(?::(.*))?\]")


class Headers(NamedTuple):
    """What pyguard reads of core metadata; empty where a field is missing."""

    name: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()


def parse_headers(text: str) -> Headers:
    """The fields before the first empty line, where the description begins."""
    head = text.replace("\r\n", "\n").split("\n\n", 1)[0]
    name = version = ""
    requires = []
    for field, value in _HEADER.findall(head):
        value = " ".join(value.split())
        if field.lower() == "name":
            name = name or value
        elif field.lower() == "version":
            version = version or value
        else:
            requires.append(value)
    return Headers(name, version, tuple(requires))


def parse_requires(text: str) -> tuple[str, ...]:
    """An egg-info's requires.txt as Requires-Dist would say it: sections are extras and markers."""
    requires = []
    marker = ""
    for line in map(str.strip, text.splitlines()):
        section = _SECTION.fullmatch(line)
        if section:
            conditions = [f"({section[2]})"] if section[2] else []
            conditions += [f'extra == "{section[1]}"'] if section[1] else []
            marker = " and ".join(conditions)
        elif line:
            requires.append(f"{line} ; {marker}" if marker else line)
    return tuple(requires)


def split_directory_name(name: str) -> tuple[str, str]:
    """Name and version that `pyOpenSSL-23.0.0.egg-info` states; an empty version where it states none.

    An egg-link has the project's name alone, with its hyphens.
    """
    stem, _, kind = name.rpartition(".")
    if kind == "egg-link":
        return stem, ""
    parts = stem.split("-")
    return parts[0], parts[1] if len(parts) > 1 else ""
