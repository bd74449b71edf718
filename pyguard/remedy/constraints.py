"""The constraints that would hold in a new environment in, what they come to for a tool that is no pip out. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Optional

from ..model.facts import Facts
from ..model.request import Request, WantedDistribution
from .target_python import applies


def bounds(facts: Facts, request: Request, python: str) -> Optional[dict[str, str]]:
    """Normalized name -> specifier, for what is asked for by name.

    None where one says more than that: an address, or something about a distribution that comes along by itself.
    """
    asked = {wanted.name for wanted in request.wanted}
    found: dict[str, list[str]] = {}
    for one in _holding(facts, request):
        if applies(one, facts, python):
            if one.url or one.name not in asked:
                return None
            found.setdefault(one.name, []).append(one.specifier)
    return {name: ",".join(filter(None, specifiers)) for name, specifiers in found.items()}


def with_bounds(wanted: WantedDistribution, known: dict[str, str]) -> str:
    """The requirement's own specifier and the one it is held to."""
    return ",".join(filter(None, (wanted.specifier, known.get(wanted.name, ""))))


def _holding(facts: Facts, request: Request) -> Iterator[WantedDistribution]:
    """All but those of the interpreter's own pip.conf, which no environment has."""
    own = posixpath.join(facts.interpreter.prefix, "pip.conf")
    here = {posixpath.join(request.cwd, file) for setting in request.settings
            if setting.name == "constraint" and setting.origin.rpartition(":")[0] == own
            for file in setting.value.split()}
    return (one for one in request.constraints if _file(one, request.cwd) not in here)


def _file(constraint: WantedDistribution, cwd: str) -> str:
    return posixpath.join(cwd, constraint.origin.rpartition(":")[0])

