"""What fits this machine and this request, the best first: one module a remedy, pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ..model.facts import Facts
from ..model.remedy import Remedy
from ..model.request import Request
from ..model.verdict import Level, Verdict
from . import active_environment, application, conda_create, os_package, pixi, uv_venv, venv


class Proposer(Protocol):
    """A module that proposes remedies, none where it does not fit."""

    def propose(self, facts: Facts, request: Request) -> Iterable[Remedy]:
        """Remedies in order of fit; `runnable` is false where something must be had first."""
        ...


PROPOSERS: tuple[Proposer, ...] = (os_package, active_environment, application, conda_create, pixi, uv_venv, venv)


def propose(facts: Facts, request: Request, verdict: Verdict, more: Sequence[Remedy] = ()) -> tuple[Remedy, ...]:
    """What to do instead; what runs as it is printed comes before what needs something first.

    `more`: what plugins offer, before the built-in ones: somebody put them there for this very place.
    """
    if verdict.level is Level.ALLOW:
        return ()
    found = [remedy for proposer in PROPOSERS for remedy in proposer.propose(facts, request)]
    return tuple(sorted((*more, *found), key=lambda remedy: not remedy.runnable))
