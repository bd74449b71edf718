"""The directories below one, each with what lies in it; links are told apart without asking again for each file.

Neither git's own directory, nor what others have installed is walked: Python environments are known by what is in them
(PEP 405's pyvenv.cfg, conda's conda-meta), for a role of Ansible is called `venv`, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple, Optional

HIDDEN = frozenset((".git", "node_modules", ".venv", ".tox", "__pycache__"))
VENV = "pyvenv.cfg"
CONDA = "conda-meta"
OLD = "venv"    # virtualenv wrote no pyvenv.cfg before 20
LAYOUTS = (frozenset(("bin", "lib")), frozenset(("Scripts", "Lib")))
# What an environment's directory has of its own; a project may lie beside it, after `python -m venv .`
INSTALLED = frozenset(("bin", "lib", "lib64", "include", "share", "Scripts", "Lib", "Include", CONDA, "condabin",
                       "compiler_compat", "etc", "sbin", "libexec", "ssl", "man", "pkgs", "envs"))


class Directory(NamedTuple):
    """`inside` is its path below where the walk began, empty or ended by a slash.

    `folders` are its directories, and may be changed: those that are left are walked, in that order. `names` is the
    rest; `links` are those of them that are symbolic links, wherever they lead.
    """

    inside: str
    folders: list[str]
    names: list[str]
    links: set[str]


def walk(base: str, failed: Optional[Callable[[str, OSError], None]] = None) -> Iterator[Directory]:
    """From the top down. A directory that cannot be listed goes to `failed`, by its path as in `inside`.

    What an environment has installed is passed over, unless the walk begins there.
    """
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            found = _list(base, inside)
        except OSError as error:
            if failed is not None:
                failed(inside, error)
            continue
        hidden = HIDDEN
        if inside and is_environment(inside, found.folders, found.names):
            hidden |= INSTALLED
        found.folders[:] = sorted(name for name in found.folders if name not in hidden)
        yield found
        waiting.extend(f"{inside}{name}/" for name in reversed(found.folders))


def is_environment(path: str, folders: Collection[str], names: Collection[str]) -> bool:
    """Whether a directory is a virtual or a conda environment."""
    if VENV in names:
        return True
    return (CONDA in folders or os.path.basename(path.rstrip("/")) == OLD) and any(
        has <= set(folders) for has in LAYOUTS)


def _list(base: str, inside: str) -> Directory:
    found = Directory(inside, [], [], set())
    with os.scandir(f"{base}/{inside}") as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found.folders.append(entry.name)
                continue
            found.names.append(entry.name)
            if entry.is_symlink():
                found.links.add(entry.name)
    return found
