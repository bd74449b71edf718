"""PYTHONPATH, PYTHONHOME, LD_LIBRARY_PATH, PIP_* and the like, with the file and line that sets them."""

from __future__ import annotations

from collections.abc import Iterator

from ...facts.variables import HERE
from ...intake.pip_config import TRUE
from ...model.damage import PipRedirected
from ...model.impact import Effect, EnvironmentLeak, GuardSwitchedOff
from ..world import World

NAME = "variables"
LEAKING = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LD_PRELOAD")
SWITCH = "PIP_BREAK_SYSTEM_PACKAGES"
REDIRECTING = {"PIP_TARGET": "target", "PIP_PREFIX": "prefix", "PIP_ROOT": "root"}


def find(world: World) -> Iterator[Effect]:
    """One effect an assignment; one more for what this very shell has and no file sets."""
    set_by_files = set()
    for found in world.assignments:
        if not found.value:
            continue
        set_by_files.add(found.variable)
        yield from _effects(found.variable, found.value, found.where, found.user)
    if not world.host.root:
        for variable in (*LEAKING, SWITCH, *REDIRECTING):
            value = world.environ.get(variable, "")
            if value and variable not in set_by_files:
                yield from _effects(variable, value, HERE, "")


def _effects(variable: str, value: str, where: str, user: str) -> Iterator[Effect]:
    if variable in LEAKING:
        yield EnvironmentLeak(variable, value, where, user or ("you" if where == HERE else ""))
    elif variable == SWITCH and value.lower() in TRUE:
        yield GuardSwitchedOff(f"{variable}={value}", where)
    elif variable in REDIRECTING:
        yield PipRedirected(REDIRECTING[variable], value, where, user)
