"""A RepairPlan becomes text for people: every action under its phase, then what is left to a person."""

from __future__ import annotations

from ..model.repair import Action, Phase, RepairPlan, Verb
from .words import listing, printable

TITLES = {
    Phase.ENVIRONMENT: "Environment and configuration",
    Phase.INTERPRETER: "Interpreter",
    Phase.SHADOWS: "What is in the way",
    Phase.OS_PACKAGES: "Files of OS packages",
    Phase.EXTERNALLY_MANAGED: "EXTERNALLY-MANAGED",
}


def render_repair(plan: RepairPlan, changes: str) -> str:
    """`changes`: the directory in which everything is kept that is moved or written over."""
    if not plan.actions and not plan.left:
        below = f"; {plan.below} to look at: pyguard repair --level warn" if plan.below else ""
        return f"nothing to repair{below}\n"
    lines = []
    if plan.actions:
        lines.append(f"Everything that is moved or written over is kept in {changes}, and pyguard undo takes it back.")
    number = 0
    for phase in Phase:
        found = [action for action in plan.actions if action.phase is phase]
        if found:
            lines += ["", TITLES[phase]]
        for action in found:
            number += 1
            lines += [f"  {number}. {describe(action)}", f"     because: {action.why}"]
    if plan.left:
        lines += ["", "Left to you"]
        for each in plan.left:
            lines += [f"  - {each.what}", f"    {each.advice}"]
    return "\n".join(map(printable, lines)) + "\n"


def describe(action: Action) -> str:
    """`move /usr/bin/six.pyc away`, with whose rights where it is not root's."""
    whose = f" (as {action.user})" if action.user else ""
    if action.verb is Verb.QUARANTINE:
        return f"move {action.path} away{whose}"
    if action.verb is Verb.LINK:
        return f"link {action.path} to {action.target}"
    if action.verb is Verb.COMMENT:
        return f"comment out line {listing([str(line) for line in action.lines])} of {action.path}{whose}"
    if action.verb is Verb.LDCONFIG:
        return "run ldconfig"
    return f"bring back {listing(action.paths, 2)} from {action.path} {action.version}"
