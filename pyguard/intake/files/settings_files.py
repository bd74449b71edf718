"""pip.conf, uv.toml and environment files kept in a repository: what they would switch off or set for everybody."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Circumstances, FoundCommand, HostName, Reading, Written
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "settings"
NAMES = frozenset(("pip.conf", "pip.ini", "uv.toml", "pyproject.toml", ".env", "environment", ".condarc", "condarc"))
TELLING = late(r"break[-_]system[-_]packages|PIP_BREAK_SYSTEM_PACKAGES|PYTHONPATH|PYTHONHOME|LD_LIBRARY_PATH|"
               r"auto_activate_base", re.I)
PLACES = ("etc/environment", "etc/profile.d/", "etc/pip.conf", "environment.d/")


def claims(path: str, head: str) -> bool:
    """By name, and by the place below a directory that is copied to /."""
    name = path.rsplit("/", 1)[-1]
    return name in NAMES or name.endswith(".env") or any(place in path for place in PLACES)


def read(file: FileText, repository: Repository) -> Reading:
    """Each telling line, as text written to the place where the file would lie."""
    found = []
    place = next((f"/{file.path[file.path.index(place):]}" for place in PLACES if place in file.path), file.path)
    for number, line in enumerate(file.text.split("\n"), 1):
        if TELLING.search(line) and not line.lstrip().startswith(("#", ";")):
            where = SourceText(line, file.path, number).locate(0, len(line))
            found.append(FoundCommand((file.path.rsplit("/", 1)[-1],), where, Circumstances(HostName()),
                                      Written(place, line)))
    return Reading(tuple(found))
