"""A site directory -> the directories that its .pth files add to sys.path, read as site.py reads them."""

from __future__ import annotations

import os
import re

from ..host import Host
from ..model.late_pattern import late
from ..model.paths import absolute
from .markers import SMALL

# setuptools' namespace template: the path is sitedir joined with the parts of the name
_PIN = late(r"f_locals\['sitedir'\], \*\(([^()]*)\)\)")


def read_path_files(host: Host, site: str) -> tuple[str, ...]:
    """In the order of sys.path: files by name, lines in order; only what exists counts.

    `import` lines are code and are not run: what they add stays unknown here.
    """
    try:
        names = [name for name in host.list(site) if name.endswith(".pth") and not name.startswith(".")]
    except OSError:
        return ()    # Python skips a directory that it cannot list
    found: dict[str, None] = {}
    for name in names:
        for line in _lines(host, os.path.join(site, name)):
            path = absolute(line, site)
            if host.exists(path):
                found[path] = None
    return tuple(found)


def _lines(host: Host, path: str) -> list[str]:
    try:
        text = host.read_text(path, SMALL)
    except OSError:
        return []    # site.py skips what it cannot read
    lines = (line.rstrip() for line in text.lstrip("\ufeff").splitlines())
    return [line for line in lines if line.strip() and "\0" not in line
            and not line.startswith(("#", "import ", "import\t"))]


def read_pins(host: Host, site: str) -> tuple[str, ...]:
    """Namespace packages whose `-nspkg.pth` sets them up from this directory alone, sorted.

    Written by setuptools before 69; the module is in sys.modules before any import looks elsewhere.
    """
    try:
        names = [name for name in host.list(site) if name.endswith("-nspkg.pth")]
    except OSError:
        return ()    # who lists the distributions there says so
    found = set()
    for name in names:
        try:
            text = host.read_text(os.path.join(site, name), SMALL)
        except OSError:
            continue    # site.py skips what it cannot read
        found |= {".".join(re.findall(r"'([^']*)'", parts)) for parts in _PIN.findall(text)}
    return tuple(sorted(found - {""}))
