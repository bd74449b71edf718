"""Which of several branches a script takes by its own defaults: these decide where their values are unlike.

`USE_VENV=False` at the top, `if [ "$USE_VENV" = True ]` further down: both branches are walked, for who edits the
script may come to either, but what `$PY` is behind them is what it is for everybody else.
"""

from __future__ import annotations

from typing import Optional

from ...model.late_pattern import late
from .conditions import Values, all_of, outcome_of_test
from .guards import ASKS
from .state import State
from .tree import Block, Node, Simple
from .words import Variable, Word

TRUTH = {"true": True, "false": False}
PLAIN = late(r"[\w.+:/ -]+$")


def preferred(branches: list[State], conditions: dict[int, Block], state: State) -> list[State]:
    """Those of the branches that are left, by the conditions that they were walked for (`id` of the state)."""
    found: list[State] = []
    for branch in branches:
        if branch.only_system() != state.only_system():
            continue    # its variables are another system's
        condition = conditions.get(id(branch))
        how = by_default(condition, state) if condition is not None else None
        if how is True:
            return [branch]
        if how is None:
            found.append(branch)
    return found


def by_default(node: Node, state: State) -> Optional[bool]:
    """How a test ends with the values that the script itself has assigned; None for what it does not say."""
    if isinstance(node, Block):
        if any(operator != "&&" for operator, _ in node.items[1:]):
            return None
        return all_of(by_default(each, state) for _, each in node.items)
    if not isinstance(node, Simple) or not node.words or node.assignments:
        return None
    words = node.words
    if len(words) == 1:
        found = TRUTH.get(_value(words[0], state) or "") if not words[0].is_fixed else None
    else:
        found = outcome_of_test(words, Values(lambda word: _value(word, state), lambda word: _is_empty(word, state)))
    return found if found is None or not node.negated else not found


def _only_variable(word: Word) -> Optional[Variable]:
    parts = [part for part in word.parts if part != ""]
    part = parts[0] if len(parts) == 1 else None
    return part if isinstance(part, Variable) and not part.fallback and part.rest in ("", ",,", "^^") else None


def _value(word: Word, state: State) -> Optional[str]:
    part = _only_variable(word)
    value = state.variables.get(part.name) if part is not None else None
    if value is None or part is None or PLAIN.match(value) is None:
        return None
    return value.lower() if part.rest == ",," else value.upper() if part.rest == "^^" else value


def _is_empty(word: Word, state: State) -> Optional[bool]:
    """True where nothing in the script gives the variable a value; whether an environment is active nobody can say."""
    part = _only_variable(word)
    return True if part is not None and part.name.isidentifier() and state.variables.get(part.name, "") == "" \
        and ASKS.search(part.raw) is None else None
