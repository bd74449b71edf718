"""Effects become a RepairPlan: the explicit list of who answers what, and the order of the actions."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.impact import Effect
from ...model.repair import Action, Left, RepairPlan
from ..world import World
from . import interpreters, native, os_packages, settings, shadows, strangers
from .interface import Mender

MENDERS: tuple[Mender, ...] = (settings, native, interpreters, shadows, strangers, os_packages)


def plan_repair(world: World, effects: Iterable[Effect], uid: int) -> RepairPlan:
    """Actions by phase, each once; what the caller's rights do not reach is left, and said."""
    actions: list[Action] = []
    left: list[Left] = []
    effects = tuple(effects)
    for mender in MENDERS:
        for found in mender.mend(world, effects):
            if isinstance(found, Left):
                left.append(found)
            elif uid != 0 and not found.user:
                left.append(Left(f"{found.path}: {found.why}", "needs root: sudo pyguard repair"))
            else:
                actions.append(found)
    ordered = sorted(_without_inner(dict.fromkeys(actions)), key=lambda action: action.phase)
    return RepairPlan(tuple(ordered), tuple(dict.fromkeys(left)))


def _without_inner(actions: Iterable[Action]) -> list[Action]:
    """What lies below something that is moved away goes with it; one path is moved once."""
    found = list(actions)
    moved = {action.path for action in found if action.verb.value == "quarantine"}
    kept, seen = [], set()
    for action in found:
        parents = {action.path[:index] for index, letter in enumerate(action.path) if letter == "/" and index}
        if action.verb.value == "quarantine" and (parents & moved or action.path in seen):
            continue
        if action.verb.value == "quarantine":
            seen.add(action.path)
        kept.append(action)
    return kept
