"""Affected requesters in, the branches of a tree out: those that break, are at risk, only use what changes."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.decision import Decision
from ..model.impact import Affected, Grade
from ..model.plan import Basis

TITLES = {
    Grade.BREAKS: "breaks {count}: tried with the plan carried out, and failed where without it they do not",
    Grade.AT_RISK: "at risk {count}: a requirement no longer holds, or a name they take is gone",
    Grade.USES: "use what changes {count}, and nothing says that they break",
}
SHOWN_USERS = 12


def affected(decision: Decision) -> tuple[Affected, ...]:
    """The worst first."""
    return tuple(effect for effect in decision.impact.effects if isinstance(effect, Affected))


def graded_lines(decision: Decision) -> Sequence[tuple[str, Sequence[str]]]:
    """Each grade's title with a line a requester; those that only use are named, not listed, where they are many."""
    found = []
    for grade in (Grade.BREAKS, Grade.AT_RISK, Grade.USES):
        items = [item for item in affected(decision) if item.grade is grade]
        if not items:
            continue
        title = TITLES[grade].format(count=len(items))
        if grade is Grade.USES:
            names = [item.requester for item in items]
            more = f" and {len(names) - SHOWN_USERS} more" if len(names) > SHOWN_USERS else ""
            found.append((title, [", ".join(names[:SHOWN_USERS]) + more]))
        else:
            found.append((title, [_line(item) for item in items]))
    return found


def _line(item: Affected) -> str:
    where = f" ({item.where})" if item.where and item.where not in item.proof else ""
    return f"{item.requester}: {item.proof}{where}"


def summary(decision: Decision) -> str:
    """One line of numbers."""
    counts = {grade: sum(1 for item in affected(decision) if item.grade is grade) for grade in Grade}
    tried = len({trial.requester for trial in decision.plan.trials})
    how = f"rehearsed with {tried} requesters" if decision.plan.basis is Basis.REHEARSED else "not rehearsed"
    return (f"{counts[Grade.BREAKS]} break, {counts[Grade.AT_RISK]} at risk, {counts[Grade.USES]} use what changes; "
            f"{how}")
