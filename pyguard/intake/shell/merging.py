"""The states of branches become the state behind them: what any of them that goes on has made active or assigned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional

from ..circumstances import Active, Ground
from .either import either
from .state import UNKNOWN_VALUE, State

MAX_BODIES = 8           # of one function
Preferred = Callable[[], list[State]]


def merge(into: State, branches: list[State], settled: int = 0, preferred: Optional[Preferred] = None) -> None:
    """Change `into` to what holds after an `if`, a `case` or a loop.

    `settled` branches have an environment although they made none active, or are never taken. `preferred` gives
    those whose values count where the branches have unlike ones.
    """
    if not branches:
        return
    _merge_active(into, branches, settled)
    for state in branches:
        into.note_manager(state.manager)
        into.private_versions |= state.private_versions
        into.exported |= state.exported
        into.cwd = into.cwd if state.cwd == into.cwd else ""
    _merge_functions(into, branches)
    arguments = {state.arguments for state in branches}
    if into.arguments not in arguments:
        into.arguments = arguments.pop() if len(arguments) == 1 else None
    into.given = {name: value for name, value in branches[0].given.items()
                  if all(state.given.get(name) == value for state in branches)}
    _merge_variables(into, branches, preferred)


def _merge_active(into: State, branches: list[State], settled: int) -> None:
    changed = [state for state in branches if state.active != into.active]
    if changed:
        only = 0 < len(changed) < len(branches) - settled and into.active.ground is Ground.HOST
        into.active, into.stack = changed[0].active, changed[0].stack
        if only:
            into.active = Active(Ground.UNKNOWN, "", f"only in one branch: {into.active.because}")


def _merge_variables(into: State, branches: list[State], preferred: Optional[Preferred]) -> None:
    unlike: list[str] = []
    merged: dict[str, Optional[str]] = {}
    for name in {name for state in branches for name in state.variables}:
        values = {state.variables.get(name, "") for state in branches}
        merged[name] = values.pop() if len(values) == 1 else either(values)
        if merged[name] is None and values:
            unlike.append(name)
    chosen = preferred() if unlike and preferred is not None else []
    for name in unlike if 0 < len(chosen) < len(branches) else ():
        values = {state.variables.get(name, "") for state in chosen}
        merged[name] = (values.pop() if len(values) == 1 else either(values)) or UNKNOWN_VALUE
    into.variables.update(merged)


def _merge_functions(into: State, branches: list[State]) -> None:
    """What branches define differently is kept with all its bodies."""
    for state in branches:
        for name, known in state.functions.items():
            mine = into.functions.get(name, ())
            if known is not mine:
                both = mine + tuple(each for each in known if not any(each.body is other.body for other in mine))
                into.functions[name] = both[:MAX_BODIES]
                into.replaced.extend(both[MAX_BODIES:])
