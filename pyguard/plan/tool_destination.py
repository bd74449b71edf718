"""A Request to a tool that does not ask pip, and Facts -> the directories it would write to. Pure.

Measured with the tools themselves on Debian 11, 12 and 13 (tests/proof/test_frontends.py).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ..model.facts import Facts
from ..model.frozen import replace
from ..model.plan import Target
from ..model.request import Request, Scheme
from .schemes import in_venv, is_debian, library_name, local_scheme, plain_scheme


def choose(request: Request, facts: Facts) -> Target:
    """By the frontend; every one that destination.py sends here has its line."""
    return CHOOSERS[request.frontend](request, facts)


def _uv(request: Request, facts: Facts) -> Target:
    """The interpreter's default scheme; `--prefix` is laid out as a virtual environment. Never the user site."""
    wanted = request.destination
    if wanted.scheme is Scheme.TARGET:
        return Target(wanted.path, wanted.path, posixpath.join(wanted.path, "bin"), "target", reason=wanted.asked_by)
    if wanted.scheme is Scheme.PREFIX:
        return replace(plain_scheme(facts, wanted.path, "prefix"), reason=wanted.asked_by)
    return replace(_interpreters_own(facts), reason=wanted.asked_by or "the interpreter that uv finds")


def _conda(request: Request, facts: Facts) -> Target:
    found = plain_scheme(facts, facts.interpreter.prefix, "conda")
    return replace(found, reason=request.destination.asked_by or "the active environment")


def _interpreters_own(facts: Facts) -> Target:
    """sysconfig's default scheme, as every tool but pip has it: no variable of Debian's changes it."""
    if is_debian(facts) and not in_venv(facts):
        return local_scheme(facts.interpreter.prefix, library_name(facts))
    return plain_scheme(facts, facts.interpreter.prefix, "venv" if in_venv(facts) else "posix_prefix")


CHOOSERS: dict[str, Callable[[Request, Facts], Target]] = {
    "uv": _uv,
    "conda": _conda,
}
