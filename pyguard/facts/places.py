"""Variables of the caller -> the directories in which pyenv, asdf, mise, rye and uv keep Pythons."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from ..host import Host


class Place(NamedTuple):
    """A directory whose entries are whole interpreters, and whose tool made them."""

    tool: str
    directory: str


def find_home(host: Host, environment: Mapping[str, str], uid: int | None = None) -> str:
    """HOME, else the user's entry in /etc/passwd (as os.path.expanduser does), else nothing."""
    home = environment.get("HOME", "")
    if home or uid is None:
        return home
    try:
        lines = host.read_text("/etc/passwd").splitlines()
    except OSError:
        return ""    # an image without users: nobody has a home there
    for line in lines:
        parts = line.split(":")
        if len(parts) > 5 and parts[2] == str(uid):
            return parts[5]
    return ""


def tool_roots(environment: Mapping[str, str], home: str) -> dict[str, str]:
    """Where each version manager keeps its things: its own variable, else its default."""
    data = environment.get("XDG_DATA_HOME", "") or _below(home, ".local/share")
    return {
        "pyenv": environment.get("PYENV_ROOT", "") or _below(home, ".pyenv"),
        "asdf": environment.get("ASDF_DATA_DIR", "") or _below(home, ".asdf"),
        "mise": environment.get("MISE_DATA_DIR", "") or _below(data, "mise"),
        "rye": environment.get("RYE_HOME", "") or _below(home, ".rye"),
        "uv": environment.get("UV_PYTHON_INSTALL_DIR", "") or _below(data, "uv/python"),
    }


def tool_places(environment: Mapping[str, str], home: str) -> tuple[Place, ...]:
    """The directories that hold one interpreter an entry."""
    roots = tool_roots(environment, home)
    below = {"pyenv": "versions", "asdf": "installs/python", "mise": "installs/python", "rye": "py", "uv": ""}
    return tuple(Place(tool, os.path.normpath(os.path.join(root, below[tool])))
                 for tool, root in roots.items() if root.startswith("/"))


def _below(directory: str, name: str) -> str:
    return os.path.join(directory, name) if directory else ""
