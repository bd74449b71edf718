"""Pieces of sentences, computed from the model; everything printed goes through `printable`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model.facts import OperatingSystem
from ..model.plan import Change
from ..model.request import Request

SAFE = re.compile(r"[A-Za-z0-9_@:,./+-][A-Za-z0-9_@%+=:,./-]*$")    # nothing in it means anything to a shell
PARTS = re.compile(r"['\\]+|[^'\\]+")
BETWEEN_DOUBLE = "'\\"


def printable(text: str) -> str:
    """The text with every character that could steer a terminal shown as an escape (CVE-2021-42574 class)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def command_line(argv: Sequence[str]) -> str:
    """The command as it can be pasted into bash, zsh, fish and dash."""
    return " ".join(map(quote, argv))


def quote(argument: str) -> str:
    """One word that every one of those shells reads back as the argument.

    Single quotes, with a backslash in double quotes beside them (fish reads `\\\\` in single quotes as one), a word
    that begins with `=` or `%` among them (zsh and old fish expand those). What cannot be printed goes through
    printf, whose trailing line ends a command substitution takes away.
    """
    if argument and not argument.isprintable():
        return f"\"$(printf '{''.join(map(_octal, argument))}')\""
    if SAFE.match(argument):
        return argument
    return "".join(f'"{part}"' if part[0] in BETWEEN_DOUBLE else f"'{part}'"
                   for part in PARTS.findall(argument)).replace("\\", "\\\\") or "''"


def _octal(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))


def shown_request(request: Request) -> str:
    """What was typed; the frontend by its name alone."""
    return command_line((request.argv[0].rsplit("/", 1)[-1], *request.argv[1:]))


def typed_request(request: Request) -> str:
    """The same as it can be typed again, where it was met inside an interpreter, too."""
    return command_line(request.typed)


def os_name(system: OperatingSystem) -> str:
    """`Debian 12`, `Ubuntu 24.04`, `Red Hat Enterprise Linux 9.4`."""
    name = system.name or system.id or "this operating system"
    for tail in (" GNU/Linux", " Linux"):
        if name.endswith(tail) and " " not in name[:-len(tail)]:
            name = name[:-len(tail)]
    return f"{name} {system.version_id}".rstrip()


def os_vendor(system: OperatingSystem) -> str:
    """`Debian`: the name without the version."""
    return os_name(OperatingSystem(system.id, "", system.name))


def abbreviate(path: str, home: str) -> str:
    """`~/.local/lib` for what lies in the user's home."""
    if home not in ("", "/") and (path == home or path.startswith(home.rstrip("/") + "/")):
        return "~" + path[len(home.rstrip("/")):]
    return path


def listing(names: Sequence[str], most: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return names[0] if names else ""


def tools_listing(names: Sequence[str], most: int = 3) -> str:
    """`certbot, duplicity, 3 more`."""
    shown = ", ".join(names[:most])
    return f"{shown}, {len(names) - most} more" if len(names) > most else shown


def change_name(change: Change) -> str:
    """`cryptography 42.0`, or the name alone where the version is open."""
    return f"{change.name} {change.version}" if change.version else change.name


def wrap(text: str, width: int = 100, indent: str = "  ") -> list[str]:
    """Lines of at most `width` columns where the words allow it."""
    if len(indent) + len(text) <= width and text[:1] not in ("", " "):    # most texts
        return [indent + text]
    lines: list[str] = []
    line = indent.rstrip(" ")
    for word in text.split(" "):
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = indent + word
        else:
            line = f"{line} {word}" if line.strip() else indent + word
    return [*lines, line]
