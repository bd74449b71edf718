"""`$(get_pip)`: what a function of the script prints, as far as its body says it in words."""

from __future__ import annotations

from itertools import islice
from typing import Optional

from ...model.late_pattern import late
from .decided import nodes_of
from .either import either
from .expand import OWN_PLACES, expand, expand_text
from .simple import WRITES
from .state import State
from .tree import Loop, Node, Pipeline, Simple

CALL = late(r"\s*([A-Za-z_][\w-]*)((?:\s+[^\s|;&<>()`]+)*)\s*(?:2>\s*\S+\s*)?$")
FINDERS = {"which": (), "command": ("-v",), "type": ("-P", "-p")}
MAX_NODES = 60    # of a body: what prints a value is short
DEEPER = 3        # of expand's levels: one call within another


def output_of(inner: str, state: State, depth: int) -> Optional[str]:
    """What the call prints; None where nobody can say, or where its branches print unlike things."""
    match = CALL.match(inner)
    known = state.functions.get(match.group(1), ()) if match is not None else ()
    if match is None or len(known) != 1:
        return None
    own = state.copy()
    own.take_arguments(tuple(expand_text(word.strip("\"'"), state, depth) for word in match.group(2).split()))
    nodes = list(islice(nodes_of(known[0].body), MAX_NODES))
    if len(nodes) == MAX_NODES or any(isinstance(node, Pipeline) and len(node.commands) > 1 for node in nodes):
        return None
    printed = {text for node in nodes if (text := _printed(node, own, depth + DEEPER)) is not None}
    found = either(set(printed)) if len(printed) > 1 else next(iter(printed), None)
    return found if found and not any(sign in found for sign in "$`") else None


def _printed(node: Node, state: State, depth: int) -> Optional[str]:
    """What one command of the body adds; what it assigns is known to those after it."""
    if isinstance(node, Loop) and node.variable:
        values = [field for word in node.words for field in expand(word, state, depth)]
        state.variables[node.variable] = values[0] if values else None
    if not isinstance(node, Simple):
        return None
    if not node.words:
        for each in node.assignments:
            state.variables[each.name] = " ".join(expand(each.value, state, depth))
        return None
    if any(each.operator in (*WRITES, ">&") for each in node.redirections):
        return None
    words = [field for word in node.words for field in expand(word, state, depth)]
    if words[:1] == ["local"]:
        state.variables.update(word.partition("=")[::2] for word in words[1:] if "=" in word)
    if words[:1] == ["echo"]:
        return " ".join(word for word in words[1:] if word not in ("-n", "-e"))
    if words[:1] == ["printf"]:
        return " ".join(words[2:] if "%" in words[1:2][0] else words[1:]) if len(words) > 1 else None
    options = FINDERS.get(words[0]) if words else None
    if options is None or (options and words[1:2] and words[1] not in options):
        return None
    return f"{OWN_PLACES.get(state.active.ground, '')}{words[-1]}"
