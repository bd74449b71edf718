"""An interpreter in, the top-level modules of its standard library that a directory before it could shadow out."""

from __future__ import annotations

from collections.abc import Sequence

from ..host import Host
from ..model.facts import Interpreter, SiteDirectory

# Since 3.11 these are frozen into the interpreter and never looked for on the path (Python/frozen.c).
FROZEN = frozenset({
    "__future__", "_collections_abc", "_sitebuiltins", "abc", "codecs", "genericpath", "io", "ntpath", "os",
    "posixpath", "runpy", "site", "stat", "zipimport",
})
FROZEN_SINCE = (3, 11)


def stdlib_modules(host: Host, interpreter: Interpreter, sites: Sequence[SiteDirectory]) -> tuple[str, ...]:
    """Sorted; empty where nothing comes before the standard library, which only PYTHONPATH can do."""
    if not interpreter.stdlib or not any(site.scheme == "pythonpath" for site in sites):
        return ()
    found: set[str] = set()
    for directory in (interpreter.stdlib, f"{interpreter.stdlib}/lib-dynload"):
        try:
            names = host.list(directory)
        except OSError:
            continue    # a library without compiled modules; one without any has no interpreter
        found.update(_module(name) for name in names)
    minor = tuple(int(part) for part in interpreter.minor.split(".") if part.isdigit())
    return tuple(sorted(found - {""} - (FROZEN if minor >= FROZEN_SINCE else frozenset())))


def _module(name: str) -> str:
    """`enum.py`, `json`, `_ssl.cpython-311-x86_64-linux-gnu.so`; nothing for what is not imported."""
    stem, dot, rest = name.partition(".")
    if not stem.isidentifier() or stem == "__pycache__" or (dot and not rest.endswith(("py", "so"))):
        return ""
    return stem
