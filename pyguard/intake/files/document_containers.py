"""`docker run -it IMAGE` in a code block, and the lines below it that are typed in the container."""

from __future__ import annotations

import shlex
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ..circumstances import HostName
from ..container_runs import command_inside

STARTS = late(r"(?:^|[$#%>])[ \t]*(?:sudo[ \t]+)?(?:docker|podman|nerdctl)[ \t]+(?:container[ \t]+)?run\b")
COMMAND = late(r"(?:sudo[ \t]+)?(?:docker|podman|nerdctl)[ \t].*$")
TERMINAL = late(r"\s(?:-[a-zA-Z]*t[a-zA-Z]*|--tty)\b")
SHELLS = frozenset(("sh", "bash", "ash", "zsh", "/bin/sh", "/bin/bash", "/bin/ash", "/usr/bin/bash"))
INNER = late(r"^[ \t]*(?:(?:[\w.-]{1,64}@)?[\w.-]{0,64}[: ]?[^\s$#]{0,80} ?)?#[ \t]+(?=\S)")
LEAVES = late(r"^\W*(?:[\w.@:~/-]*[#$][ \t]+)?(?:exit|logout)\b")


class Entered(NamedTuple):
    """The lines of a block from `start` to before `end`, counted from 0, are typed in `host`."""

    start: int
    end: int
    host: HostName


def entered_in(lines: list[str], first: int, is_prompted: bool) -> Optional[Entered]:
    """The first container of a block that somebody types into; in a block with prompts root's begins below."""
    index = next((at for at, line in enumerate(lines) if "run" in line and STARTS.search(line)), -1)
    if index < 0:
        return None
    begin, last = index, index
    while lines[last].rstrip().endswith("\\") and last + 1 < len(lines):
        last += 1
    match = COMMAND.search(" ".join(line.rstrip().rstrip("\\") for line in lines[begin:last + 1]))
    words = _words(match.group()) if match is not None else []
    inside = command_inside(words[1:] if words[:1] == ["sudo"] else words) if words else None
    start = last + 1
    if inside is None or not inside.image or not TERMINAL.search(" ".join(lines[begin:last + 1])):
        return None
    opens = inside.command[0] in SHELLS and len(inside.command) == 1 if inside.command else is_prompted
    if not opens or (is_prompted and not any(map(INNER.match, lines[start:start + 1]))):
        return None
    end = next((at for at in range(start, len(lines)) if LEAVES.match(lines[at]) or STARTS.search(lines[at])
                or (is_prompted and _is_outer(lines[at]))), len(lines))
    return Entered(start, end, HostName(inside.image, f"{words[0]} run {inside.image}, line {first + index}"))


def _is_outer(line: str) -> bool:
    """An ordinary user's prompt, as before the container."""
    before, dollar, _ = line.partition("$ ")
    return bool(dollar) and len(before) < 40 and "#" not in before and " " not in before.strip()


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:    # a quotation without an end
        return []
