"""Directories on PATH whose names say which Python's programs lie in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Optional

from ...model.late_pattern import late
from ..circumstances import Active, Ground

VENV_PATH = late(r"venv|virtualenv|/envs?/|(^|/)env/bin|\$\{?VIRTUAL_ENV|poetry env|/\.tox/|/\.nox/", re.I)
PRIVATE_PATH = late(r"pyenv|/shims\b|/opt/python|asdf|mise/|hostedtoolcache|/opt/_internal|pythonLocation|"
                    r"/opt/hb|/usr/local/python|/opt/py|linuxbrew|homebrew|\.rye|\.pixi|/libexec/bin|/cpython|"
                    r"nix-profile|/nix/|^(?!/usr/lib).*/(rh-)?c?(?i:python|pypy)[-\d.v]*(-linux\w*)?/([^/:]+/)*bin/$")
CONDA_PATH = late(r"(mini|ana|micro)(conda|forge|mamba)|conda|mamba|/forge", re.I)
CONDA_ENVIRONMENT = late(r"/envs/[^/:]+")


def environment_in(directory: str, because: str, is_made: Callable[[str], bool]) -> Optional[Active]:
    """The environment whose programs lie there; None where the name says nothing of a Python.

    `is_made` tells of a path without its `bin` whether an environment was made there.
    """
    path = directory.rstrip("/")
    prefix = path[:-4] if path.endswith("/bin") else path
    sentence = because or f"{directory} is first on PATH"
    if is_made(prefix) or VENV_PATH.search(path + "/"):
        if CONDA_PATH.search(prefix) and CONDA_ENVIRONMENT.search(path):
            return Active(Ground.CONDA, prefix, sentence)
        return Active(Ground.VENV, prefix, sentence)
    if PRIVATE_PATH.search(path + "/"):
        return Active(Ground.PRIVATE, prefix, sentence)
    if CONDA_PATH.search(path):
        ground = Ground.CONDA if CONDA_ENVIRONMENT.search(path) else Ground.CONDA_BASE
        return Active(ground, prefix, sentence)
    return None
