"""Recipes that a recipe calls by name: `$(MAKE) other`, `make other`, in a justfile `just other`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ...model.late_pattern import late
from ..shell.make import MAKEFILES, read_make

# At a line's beginning alone: behind `cd tools &&` it is another directory's, behind `. venv/bin/activate &&` it has
# another Python
OF_MAKE = late(r"^[ \t]*[@+-]*[ \t]*(?:sudo[ \t]+)?(?:\$[({]MAKE[)}]|g?make)(?=[ \t])"
               r"((?:[^;&|()\n#\\]|\$\([^()]*\))*)", re.M)
OF_JUST = late(r"^[ \t]*[@-]*[ \t]*(?:just|\{\{\s*just_executable\(\)\s*\}\})[ \t]+([\w-]+)", re.M)


class Called(NamedTuple):
    """The goals; `plain` those with nothing given that would make them other commands."""

    goals: list[str]
    plain: list[str]


def called(text: str, is_just: bool, expand: Callable[[str], str]) -> Called:
    """What the lines of a recipe call of the same file."""
    if is_just:
        goals = OF_JUST.findall(text) if "just" in text else []
        return Called(goals, goals)
    found = Called([], [])
    for match in OF_MAKE.finditer(text) if "make" in text or "MAKE" in text else ():
        made = read_make(["make", *expand(match.group(1)).split()])
        if made.places == MAKEFILES:
            found.goals.extend(made.goals)
            found.plain.extend(() if made.given else made.goals)
    return found
