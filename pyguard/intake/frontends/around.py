"""What a command line is read with: whose it is, and what a name means there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ...host import Host

SMALL = 64 * 1024


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
        return python_in(host, path)
    if "/" not in named and not host.exists(path):
        return around.find(named)
    return path


def python_in(host: Host, prefix: str) -> str:
    """The interpreter of an environment's directory: `python`, or `python3` where only that is there."""
    names = [f"{prefix.rstrip('/')}/bin/{name}" for name in ("python", "python3")]
    return next((name for name in names if host.exists(name)), names[0])


def base_interpreter(host: Host, python: str) -> str:
    """The interpreter that a virtual environment was made from (pyvenv.cfg's `home`); itself for any other."""
    directory = os.path.dirname(python)
    try:
        lines = host.read_text(f"{directory}/../pyvenv.cfg", SMALL).splitlines()
    except OSError:
        return python
    values = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    home = values.get("home", "")
    minor = ".".join((values.get("version") or values.get("version_info", "")).split(".")[:2])
    for name in (f"python{minor}", "python3", "python"):
        if home and host.exists(f"{home}/{name}"):
            return f"{home}/{name}"
    return python
