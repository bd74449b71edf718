"""The files of the repository that a Makefile or a justfile includes by plain names."""

from __future__ import annotations

import os

from ...model.late_pattern import late
from .make_macros import DEFINE, ENDEF
from .repository import Repository

OF_HERE = late(r"^\$[({](?:CURDIR|PWD|ROOT_DIR|TOP|TOPDIR|top_srcdir|dir\s[^)]*)[)}]/?|^\./")
INCLUDE = late(r"^(?:-|s)?include\s+([^#\n]+)|^import\??\s+['\"]([^'\"]+)['\"]")
MAX_INCLUDED = 20


def included_lines(lines: list[str], path: str, repository: Repository) -> list[str]:
    """Their lines, one file's behind the other's."""
    found: list[str] = []
    names = [name for line in lines if (match := INCLUDE.match(line))
             for name in (match.group(1) or match.group(2)).split()]
    for name in (OF_HERE.sub("", name) for name in names[:MAX_INCLUDED]):
        included = repository.first([os.path.join(os.path.dirname(path), name), name]) if "$" not in name else None
        found += included.text.split("\n") if included is not None and included.path != path else []
    return found


def without_macros(lines: list[str]) -> list[str]:
    """The lines without those of canned recipes, which would be taken for the recipe of the rule before them."""
    found: list[str] = []
    is_inside = False
    for line in lines:
        is_inside = is_inside or ("define" in line and DEFINE.match(line) is not None)
        if not is_inside:
            found.append(line)
        is_inside = is_inside and ENDEF.match(line) is None
    return found
