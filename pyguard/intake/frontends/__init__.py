"""One module a tool; its grammar is data. A command line in, the frontend that reads it out.

Only the frontend that a command line names is imported: every pip command passes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Optional, cast

if TYPE_CHECKING:
    from .interface import Frontend

PIP_FILES = ("pip", "__main__.py", "__pip-runner__.py")
# Module of this package -> PROGRAMS and MODULES of the frontend in it, said again so as not to import it.
BUILT_IN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pip_frontend": (("pip",), ("pip", "pip.__main__")),
    "uv": (("uv",), ("uv",)),
    "conda": (("conda", "mamba", "micromamba"), ("conda",)),
    "poetry": (("poetry",), ("poetry",)),
    "pdm": (("pdm",), ("pdm",)),
    "pipx": (("pipx",), ("pipx",)),
    "pipenv": (("pipenv",), ("pipenv",)),
    "pip_sync": (("pip-sync",), ("piptools",)),
    "easy_install": (("easy_install",), ("easy_install", "setuptools.command.easy_install")),
    "setup_py_frontend": (("setup.py",), ()),
    "bootstrap": (("get-pip.py", "ensurepip"), ("ensurepip",)),
}


def find_frontend(program: str, plugins: Sequence[Frontend] = ()) -> Optional[Frontend]:
    """By a program's name without its directory; a version at its end counts as none: pip3.11, easy_install-3.9."""
    for name in (program, program.rstrip("0123456789.").rstrip("-")):
        for module, (programs, _) in BUILT_IN.items():
            if name in programs:
                return load(module)
        for plugin in plugins:
            if name in plugin.PROGRAMS:
                return plugin
    return None


def find_module(name: str, plugins: Sequence[Frontend] = ()) -> Optional[Frontend]:
    """By what `python -m` runs."""
    for module, (_, modules) in BUILT_IN.items():
        if name in modules:
            return load(module)
    return next((plugin for plugin in plugins if name in plugin.MODULES), None)


def load(module: str) -> Frontend:
    """A built-in frontend by its module's name."""
    return cast("Frontend", import_module(f".{module}", __package__))


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
    return frontend.PROGRAMS[0] if "." in module else module
