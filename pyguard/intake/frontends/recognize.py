"""A command line -> the frontend that reads it, whether the tool is called by its name or through a Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional

from . import find_frontend, find_module

if TYPE_CHECKING:
    from .interface import Frontend

PIP_FILES = ("pip", "__main__.py", "__pip-runner__.py")


class Recognized(NamedTuple):
    """`argv` begins with the tool's own name; `python` is the interpreter that was named, empty for a plain call."""

    frontend: Frontend
    argv: tuple[str, ...]
    python: str = ""


def recognize(argv: Sequence[str], plugins: Sequence[Frontend] = ()) -> Optional[Recognized]:
    """None for a command that no frontend knows. `argv[0]` may be a path."""
    if not argv:
        return None
    found = find_frontend(argv[0].rsplit("/", 1)[-1], plugins)
    return Recognized(found, tuple(argv)) if found is not None else _through_python(argv, plugins)


def _through_python(argv: Sequence[str], plugins: Sequence[Frontend]) -> Optional[Recognized]:
    """`python -m TOOL ...` and `python FILE ...`, whatever the interpreter is called."""
    from .python_command import read_module_run, read_script_run

    run = read_module_run(argv)
    if run is not None:
        found = find_module(run.module, plugins)
        return Recognized(found, (_name(found, run.module), *run.arguments), argv[0]) if found is not None else None
    script = read_script_run(argv)
    if script is None:
        return None
    path, arguments = script
    base = path.rstrip("/").rsplit("/", 1)[-1]
    if base in PIP_FILES and (base == "pip" or "/pip/" in path):    # pip.whl/pip, a directory with pip in it
        base = "pip"
    found = find_frontend(base, plugins)
    if found is None:
        return None
    return Recognized(found, (path if base.endswith(".py") else base, *arguments), argv[0])


def _name(frontend: Frontend, module: str) -> str:
    return module if module in frontend.PROGRAMS else frontend.PROGRAMS[0]
