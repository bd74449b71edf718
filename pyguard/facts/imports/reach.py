"""The graph of files that import one another, and the ways in it: from a requester on, from a change back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Optional

from .strength import GUARDED, LAZY, MODULE

MISSING = "missing:"


class Edge(NamedTuple):
    """`source` reaches `target` at `line`, with a strength."""

    source: str
    target: str
    strength: int
    line: int


class Node(NamedTuple):
    """A file as a module; `context` are directories in front of its program's path."""

    file: str
    module: str
    package: str
    context: tuple[str, ...] = ()


class Way(NamedTuple):
    """How firmly a node reaches a changed one at best, and the first step there (None: it changes itself)."""

    strength: int
    step: Optional[Edge]


def incoming(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Each node with the edges that lead to it."""
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.target, []).append(edge)
    return found


def outgoing(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    """Each node with the edges that leave it."""
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(edge)
    return found


def reach_back(into: Mapping[str, Collection[Edge]], changed: Iterable[str], most: int = LAZY) -> dict[str, Way]:
    """From changed nodes backwards: who reaches one over steps no weaker than `most`.

    The strength of a way is that of its weakest step; the firmest way wins, the shortest of those.
    """
    best: dict[str, Way] = {name: Way(MODULE, None) for name in changed}
    buckets: list[list[str]] = [list(best), *([] for _ in range(LAZY))]
    for strength in range(most + 1):
        waiting = buckets[strength]
        while waiting:
            later: list[str] = []
            for target in waiting:
                if best[target].strength != strength:
                    continue
                for edge in into.get(target, ()):
                    weight = max(strength, edge.strength)
                    known = best.get(edge.source)
                    if weight <= most and (known is None or weight < known.strength):
                        best[edge.source] = Way(weight, edge)
                        (later if weight == strength else buckets[weight]).append(edge.source)
            waiting = later
    return best


def reach_on(out_of: Mapping[str, Collection[Edge]], starts: Iterable[str], most: int, within: Collection[str],
             weakly: Callable[[Edge], bool] = lambda edge: True) -> dict[str, int]:
    """From a requester's starts forwards, through nodes of `within` only: each node and how firmly at best.

    `weakly` says whether a step that is weaker than an import may be taken there.
    """
    best = dict.fromkeys(starts, MODULE)
    buckets: list[list[str]] = [list(best), *([] for _ in range(LAZY))]
    for strength in range(most + 1):
        waiting = buckets[strength]
        while waiting:
            source = waiting.pop()
            if best[source] != strength:
                continue
            for edge in out_of.get(source, ()):
                weight = max(strength, edge.strength)
                if weight > most or edge.target not in within or (edge.strength > GUARDED and not weakly(edge)):
                    continue
                if weight < best.get(edge.target, LAZY + 1):
                    best[edge.target] = weight
                    buckets[weight].append(edge.target)
    return best
