"""What fits this machine and this request, the best first: one module a remedy, pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ..model.facts import Facts
from ..model.frozen import replace
from ..model.remedy import Remedy
from ..model.request import Request
from ..model.verdict import Level, Verdict
from . import conda_create, os_package, venv
from .translate import CONDA


class Proposer(Protocol):
    """A module that proposes remedies, none where it does not fit."""

    def propose(self, facts: Facts, request: Request) -> Iterable[Remedy]:
        """Remedies in order of fit; `runnable` is false where something must be had first."""
        ...


def propose(facts: Facts, request: Request, verdict: Verdict, more: Sequence[Remedy] = ()) -> tuple[Remedy, ...]:
    """What to do instead; what runs as it is printed comes before what needs something first.

    `more`: what plugins offer, before the built-in ones: somebody put them there for this very place.
    """
    if verdict.level is Level.ALLOW:
        return ()
    found = [_as_printed(remedy, request)
             for proposer in _proposers(facts, request) for remedy in proposer.propose(facts, request)]
    homeless = facts.environment.homeless    # conda's installer wants a home, too
    return tuple(sorted((*more, *found), key=lambda remedy: (
        not remedy.runnable, homeless and not remedy.runnable and remedy.id == "conda-create")))


def _as_printed(remedy: Remedy, request: Request) -> Remedy:
    """What came through a pipe is gone: no command that names it does the same again."""
    piped = [file for file in request.unread[1::2] if file.startswith(("/dev/", "/proc/"))]
    if not piped or not remedy.steps:
        return remedy
    note = f"{', '.join(piped)} can be read once: put what comes out of it into a file, and name that"
    return replace(remedy, runnable=False, note="; ".join(filter(None, (remedy.note, note))))


def _proposers(facts: Facts, request: Request) -> Iterator[Proposer]:
    """All there are, in order of fit; those for a tool that is not there are not even imported."""
    tools = {tool.name for tool in facts.tools}
    if request.frontend == CONDA:    # another environment of conda's; what pip could do is no answer
        yield conda_create
        return
    yield os_package
    if tools & {"active-venv", "active-conda"}:
        from . import active_environment
        yield active_environment
    if tools & {"pipx", "uv"}:
        from . import application
        yield application
    yield conda_create
    if "pixi" in tools:
        from . import pixi
        yield pixi
    if "uv" in tools:
        from . import uv_venv
        yield uv_venv
    yield venv
