"""One module a tool; its grammar is data. A name in, the frontend that reads its command lines out.

Only the frontend that a command line names is imported: every pip command passes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Optional, cast

if TYPE_CHECKING:
    from .interface import Frontend

# Module of this package -> PROGRAMS and MODULES of the frontend in it, said again so as not to import it.
BUILT_IN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pip_frontend": (("pip",), ("pip", "pip.__main__")),
    "uv": (("uv",), ("uv",)),
    "conda": (("conda", "mamba", "micromamba"), ("conda",)),
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
