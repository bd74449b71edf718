"""What a command line is read with: whose it is, and what a name means there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ...host import Host


class Around(NamedTuple):
    """Whose command line it is. `environ` has HOME; `cwd` and `program`, the tool's own file, are absolute.

    `find` gives a program's path on PATH or an empty text, `python_of` the interpreter that a script runs on.
    """

    environ: Mapping[str, str]
    cwd: str
    uid: int
    program: str
    find: Callable[[str], str]
    python_of: Callable[[str], str]

    @property
    def home(self) -> str:
        """The user's home directory without a slash at its end; empty for a user who has none."""
        return self.environ.get("HOME", "").rstrip("/")

    @property
    def path(self) -> list[str]:
        """PATH's entries; those that are relative mean a directory that strangers may have filled."""
        return [entry for entry in self.environ.get("PATH", "").split(":") if entry.startswith("/")]

    def is_set(self, name: str) -> bool:
        """Whether a variable says yes."""
        return self.environ.get(name, "").lower() in ("1", "true", "yes", "on", "y", "t")


def named_interpreter(host: Host, named: str, around: Around) -> str:
    """What `--python` says: an interpreter, or an environment's directory (pip 22.3), or a name on PATH."""
    path = named if named.startswith("/") else f"{around.cwd}/{named}"
    if host.is_dir(path):
        return f"{path.rstrip('/')}/bin/python"
    if "/" not in named and not host.exists(path):
        return around.find(named)
    return path
