"""Effects become a RepairPlan: the explicit list of who answers what, and the order of the actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Union

from ...installation import as_root
from ...model.audit import AuditReport
from ...model.impact import Effect
from ...model.repair import Action, Left, RepairPlan, Verb
from ...model.verdict import Level
from ..world import World
from . import interpreters, native, os_packages, settings, shadows, strangers
from .interface import Mender
from .owned import find_owned

MENDERS: tuple[Mender, ...] = (settings, native, interpreters, shadows, strangers, os_packages)


def plan_repair(world: World, effects: Iterable[Effect], uid: int) -> RepairPlan:
    """Actions by phase, each once; what the caller's rights do not reach is left, and said."""
    actions: list[Action] = []
    left: list[Left] = []
    effects = tuple(effects)
    for mender in MENDERS:
        for found in mender.mend(world, effects):
            found = _or_left(world, found)
            if isinstance(found, Left):
                left.append(found)
            elif uid != 0 and not found.user:
                left.append(Left(f"{found.path}: {found.why}", f"needs root: {as_root('repair')}"))
            else:
                actions.append(found)
    ordered = sorted(_without_inner(dict.fromkeys(actions)), key=lambda action: action.phase)
    return RepairPlan(tuple(ordered), tuple(dict.fromkeys(left)))


def with_the_rest(plan: RepairPlan, report: AuditReport, level: Level) -> RepairPlan:
    """A plan with nothing in it is no answer to an audit that has findings: they are left to a person."""
    if plan.actions or plan.left:
        return plan
    left = [Left(finding.summary, f"pyguard explain {finding.rule} says what can be done")
            for finding in report.findings if finding.level >= level]
    return RepairPlan(left=tuple(left), below=sum(Level.ALLOW < finding.level < level for finding in report.findings))


def _or_left(world: World, found: Union[Action, Left]) -> Union[Action, Left]:
    """What an OS package owns is never moved away, whatever link it was found through."""
    if isinstance(found, Left) or found.verb is not Verb.QUARANTINE:
        return found
    place, package = find_owned(world, found.path)
    if not package:
        return found
    advice = f"it belongs to {package} and stays"
    if place != found.path:
        advice = f"it is {place} of {package}, which stays: take away the link that leads there"
    return Left(f"{found.path}: {found.why}", advice)


def _without_inner(actions: Iterable[Action]) -> list[Action]:
    """What lies below something that is moved away goes with it; one path is moved once."""
    found = list(actions)
    moved = {action.path for action in found if action.verb is Verb.QUARANTINE}
    kept, seen = [], set()
    for action in found:
        parents = {action.path[:index] for index, letter in enumerate(action.path) if letter == "/" and index}
        if action.verb is Verb.QUARANTINE and (parents & moved or action.path in seen):
            continue
        if action.verb is Verb.QUARANTINE:
            seen.add(action.path)
        kept.append(action)
    return kept
