"""A standard library and the files around it -> the interpreter's full version, without starting it."""

from __future__ import annotations

import os
import re

from ..host import Host
from ..model.late_pattern import late
from .landmark import Library

_HEADER = late(r'^#define\s+PY_VERSION\s+"([^"]+)"', re.MULTILINE)
_IN_NAME = late(r"(?:^|-)(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)(?:$|[-+])")


def find_version(host: Host, library: Library, config: tuple[tuple[str, str], ...],
                 conda: tuple[str, ...]) -> str:
    """`3.11.2` where something says so that agrees with the library, else `3.11`.

    Sources, best first: conda's record of the python package, the C header of the installation
    (Debian ships it in the -dev package only), the directory's name (pyenv, uv), and pyvenv.cfg,
    which stays behind when the base is upgraded.
    """
    values = dict(config)
    candidates = [mark[7:] for mark in conda if mark.startswith("python=")]
    if library.implementation == "cpython":    # PyPy's own version differs from the Python it speaks
        candidates.append(_from_header(host, library))
        named = _IN_NAME.search(os.path.basename(library.prefix))
        candidates.append(named[1] if named else "")
        candidates.extend((values.get("version_info", ""), values.get("version", "")))
    for candidate in candidates:
        version = ".".join(candidate.split(".")[:3])    # virtualenv writes 3.11.2.final.0
        if version.startswith(library.minor + "."):
            return version
    return library.minor


def _from_header(host: Host, library: Library) -> str:
    path = os.path.join(library.prefix, "include", library.name, "patchlevel.h")
    try:
        found = _HEADER.search(host.read_text(path, 64 * 1024))
    except OSError:
        return ""    # no development files
    return found[1].rstrip("+") if found else ""
