"""What is imported, or runs as pip, instead of the operating system's own: every site directory in front of it."""

from __future__ import annotations

from collections.abc import Iterator

from ...impact import assess
from ...model.facts import Facts
from ...model.impact import Effect
from ...model.plan import Plan
from ...model.request import Action, Request
from ...plan.observed import observe
from ..world import World

NAME = "shadows"
ARRIVED = Request("audit", ("audit",), Action.INSTALL)


def find(world: World) -> Iterator[Effect]:
    """The effects of every plan that has happened; a directory that several accounts share counts once."""
    seen: set[tuple[str, str]] = set()
    for view in world.views:
        for plan in observe(view.facts):
            key = (view.facts.interpreter.path, plan.target.purelib)
            if key not in seen:
                seen.add(key)
                yield from _effects(view.facts, plan)


def _effects(facts: Facts, plan: Plan) -> Iterator[Effect]:
    yield from assess(facts, ARRIVED, plan).effects
