"""Here-documents that become files: scripts and systemd units are found in their text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.late_pattern import late
from ..circumstances import User

SHEBANG = late(r"#!\s*\S*/(?:env\s+)?(?:ba|da|z|k|a)?sh\b")
EXECUTES = late(r"^Exec(?:Start|StartPre|StartPost|Stop|Reload)\s*=[ \t]*[-@:+!|]*", re.M)
ENVIRONMENT = late(r"^Environment\s*=[ \t]*(.+)$", re.M)
WORD = late(r"\"([^\"]*)\"|(\S+)")
UNIT_USER = late(r"^User\s*=\s*(\S+)", re.M)


def is_script(body: str, target: str) -> bool:
    """Whether the text is a shell script of its own."""
    return bool(SHEBANG.match(body.lstrip("\t"))) or target.endswith((".sh", ".bash"))


def unit_commands(body: str) -> Iterator[tuple[int, int, User]]:
    """Offsets of the command lines of a systemd unit, with the user they run as (systemd.exec(5): root)."""
    if "[Service]" not in body:
        return
    match = UNIT_USER.search(body)
    user = User.ORDINARY if match and match.group(1) not in ("root", "0") else User.ROOT
    for found in EXECUTES.finditer(body):
        end = found.end()
        while True:
            newline = body.find("\n", end)
            if newline < 0:
                end = len(body)
                break
            end = newline + 1
            if body[newline - 1:newline] != "\\":
                break
        yield found.end(), end, user


def unit_environment(body: str) -> dict[str, str]:
    """`Environment=` of a systemd unit, which may give several variables in quotes."""
    found: dict[str, str] = {}
    for match in ENVIRONMENT.finditer(body):
        for quoted, plain in WORD.findall(match.group(1)):
            name, equals, value = (quoted or plain).partition("=")
            if equals:
                found[name] = value
    return found
