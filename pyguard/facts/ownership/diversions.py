"""dpkg's table of diversions -> the paths whose packaged file lies elsewhere, and who keeps the name; dpkg-divert(1)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...host import Host
from .dpkg import DIVERSIONS

ADMINISTRATOR = ":"    # in a package's place


class Diversion(NamedTuple):
    """Every package's file of the path `source` goes to `target`, but that of the package `by`."""

    source: str
    target: str
    by: str

    @property
    def is_local(self) -> bool:
        """Made by the administrator: what stands at `source` is theirs, and no package lists it."""
        return self.by == ADMINISTRATOR

    @property
    def undone(self) -> str:
        """The command that lets the package have its path again."""
        return f"dpkg-divert --rename --remove {self.source}"


def merge(path: str, merged: Sequence[str]) -> str:
    """The path's name below /usr, where the top-level directory is a link into it (usr-merge)."""
    for top in merged:
        if path.startswith(top + "/"):
            return "/usr" + path
    return path


def read_diversions(host: Host, merged: Sequence[str]) -> tuple[tuple[Diversion, ...], bool]:
    """And whether the table is whole: three lines each. None where there is no table; raises OSError otherwise."""
    try:
        lines = host.read_text(DIVERSIONS).split("\n")
    except FileNotFoundError:
        return (), True
    if lines[-1:] == [""]:
        lines.pop()
    found = tuple(Diversion(merge(lines[at], merged), merge(lines[at + 1], merged), lines[at + 2])
                  for at in range(0, len(lines) - 2, 3))
    return found, len(lines) % 3 == 0
