"""A host and its caller's variables in, the programs that a remedy could use out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Optional

from ..host import Host
from ..model.facts import Interpreter, ShellEnvironment, Tool
from .cache import is_trusted
from .shell_environment import find_program

NAMES = ("conda", "mamba", "micromamba", "pixi", "uv", "pipx", "apt-get", "dnf", "sudo")
VARIABLES = {"conda": "CONDA_EXE", "mamba": "MAMBA_EXE", "micromamba": "MAMBA_EXE"}
CONDA_NAMES = ("miniforge3", "miniconda3", "anaconda3", "mambaforge", "conda", "miniconda", "anaconda")
PARENTS = ("{home}", "/opt", "/usr/local", "/srv")
USER_PLACES = {
    "pixi": ("{home}/.pixi/bin/pixi", "{home}/.local/bin/pixi"),
    "uv": ("{home}/.local/bin/uv", "{home}/.cargo/bin/uv"),
    "pipx": ("{home}/.local/bin/pipx",),
    "micromamba": ("{home}/.local/bin/micromamba", "{home}/bin/micromamba", "{home}/micromamba/bin/micromamba",
                   "/opt/micromamba/bin/micromamba"),
}
SHIMS = "/pyguard/shims"
SYSTEM_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def find_tools(host: Host, environment: ShellEnvironment, *, uid: int,
               interpreter: Optional[Interpreter] = None) -> tuple[Tool, ...]:
    """At most one of each name, PATH first; `ensurepip` stands for a `python3 -m venv` that works.

    As root only what nobody else could have put there, since a remedy may be carried out.
    """
    tools = []
    for name in NAMES:
        path = next((path for path in _places(host, name, environment) if _is_usable(host, path, uid)), "")
        if path:
            tools.append(Tool(name, path))
    if interpreter is not None and interpreter.stdlib:
        # Debian splits ensurepip off (python3-venv); without it venv makes half an environment and fails.
        path = f"{interpreter.stdlib}/ensurepip/__init__.py"
        if host.is_file(path):
            tools.append(Tool("ensurepip", path))
    tools.extend(_active_environment(host, environment, uid))
    return tuple(tools)


def _active_environment(host: Host, environment: ShellEnvironment, uid: int) -> Iterator[Tool]:
    """The venv or conda environment that is active and that the user may install into: its prefix.

    Variables may be left over from another shell, so the files have to be there. Base is nobody's to fill, and a
    frozen environment takes nothing (CEP 22).
    """
    prefix = environment.get("VIRTUAL_ENV")
    if prefix.startswith("/") and host.is_file(f"{prefix}/pyvenv.cfg") and _is_fillable(host, prefix, uid):
        yield Tool("active-venv", prefix)
    prefix = environment.get("CONDA_PREFIX")
    if not prefix.startswith("/") or not host.is_dir(f"{prefix}/conda-meta"):
        return
    base = host.is_dir(f"{prefix}/condabin") or environment.get("CONDA_DEFAULT_ENV") == "base"
    if not base and not host.exists(f"{prefix}/conda-meta/frozen") and _is_fillable(host, prefix, uid):
        named = environment.get("CONDA_DEFAULT_ENV") == os.path.basename(prefix)
        yield Tool("active-conda", prefix, "named" if named else "")


def _is_fillable(host: Host, prefix: str, uid: int) -> bool:
    """It has a Python and a pip, the user may write there, and as root nobody else may."""
    if not host.exists(f"{prefix}/bin/python") or not host.exists(f"{prefix}/bin/pip"):
        return False
    try:
        return host.is_writable(prefix) and (uid != 0 or is_trusted(host.stat(prefix), 0))
    except OSError:
        return False


def _places(host: Host, name: str, environment: ShellEnvironment) -> Iterator[str]:
    # pyguard's own shims stand for the tools, and some may be left of a tool that is gone
    yield find_program(host, name, environment.path, [path for path in environment.path if path.endswith(SHIMS)])
    variable = environment.get(VARIABLES.get(name, ""))
    if os.path.basename(variable) == name:
        yield variable
    if name in ("conda", "mamba"):
        for parent in PARENTS:
            for base in CONDA_NAMES:
                yield f"{_expand(parent, environment)}/{base}/bin/{name}"
    for place in USER_PLACES.get(name, ()):
        yield _expand(place, environment)
    yield find_program(host, name, SYSTEM_PATH)


def _expand(place: str, environment: ShellEnvironment) -> str:
    return place.replace("{home}", environment.home.rstrip("/") or "/nonexistent")


def _is_usable(host: Host, path: str, uid: int) -> bool:
    if not path.startswith("/"):
        return False
    try:
        status = host.stat(path)
    except OSError:
        return False
    return host.is_file(path) and bool(status.st_mode & 0o111) and (uid != 0 or is_trusted(status, 0))
