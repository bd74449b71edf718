"""Where this very pyguard lies -> how it was installed: by an OS package, or into an environment of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

PACKAGED = "/usr/lib/pyguard"           # hooks/packaging/build.sh
BY_HAND = "/usr/local/lib/pyguard"      # hooks/install.sh --system
LIBRARY = f"{PACKAGED}/lib"             # pyguard itself and what it needs, nothing else
PYTHON = f"{PACKAGED}/python"           # the newest Python of the distribution's that will do, whichever that is
MAIN = f"{PACKAGED}/main.py"
COMMAND = "/usr/bin/pyguard"
COMMAND_BY_HAND = "/usr/local/bin/pyguard"
SET_UP = "sudo sh hooks/install.sh --system"
# Debian's directory for every Python 3, the one place where a package can put a hook that no upgrade of Python moves.
SHARED_SITE = "/usr/lib/python3/dist-packages"


def is_packaged(package: str = os.path.dirname(os.path.abspath(__file__))) -> bool:
    """True for the pyguard of an OS package: its files and static hooks are the package manager's to take away."""
    return package.startswith(f"{LIBRARY}/")


def system_directory() -> str:
    """Where everybody's shims are kept beside the engine."""
    return PACKAGED if is_packaged() else BY_HAND


def as_root(arguments: str, commands: Iterable[str] = (COMMAND, COMMAND_BY_HAND)) -> str:
    """What an ordinary user types to have root run pyguard: sudo does not look into anybody's ~/.local/bin."""
    if any(os.path.exists(command) for command in commands):
        return f"sudo pyguard {arguments}"
    return f"{SET_UP}, then sudo pyguard {arguments}"


def own_pip(paths: Iterable[str] = tuple(sys.path)) -> str:
    """The version of the pip in pyguard's own environment; empty where it has none of its own, as in an OS package."""
    for path in () if is_packaged() else paths:
        try:
            with open(f"{path}/pip/__init__.py", encoding="utf-8") as file:
                found = [line.split('"')[1] for line in file if line.startswith('__version__ = "')]
        except OSError:
            continue    # not in this directory
        return found[0] if found else ""
    return ""
