"""Closures and changed nodes in, who uses what changes, and who stands on something that no longer fits, out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Optional

from ..facts.imports import Closures
from ..facts.imports.reach import Edge, Way, incoming, reach_back, reach_on
from ..facts.imports.strength import GUARDED, INNER, NAMED, NAMES, PLUGIN
from ..model.facts import Facts, RequesterKind
from ..model.frozen import replace
from ..model.plan import Missing, Plan, Reach
from .changed import sees


class Ways(NamedTuple):
    """The graph turned round, and what reaches a change in it."""

    into: Mapping[str, list[Edge]]
    changed: Mapping[str, str]
    back: Mapping[str, Way]


def find_ways(closures: Closures, changed: Mapping[str, str]) -> Ways:
    """One walk for all requesters."""
    into = incoming(closures.edges)
    return Ways(into, changed, reach_back(into, changed, PLUGIN))


def affected(facts: Facts, plan: Plan, closures: Closures, ways: Ways) -> tuple[Reach, ...]:
    """Each requester that reaches a change, the firmest way to it, in the order of names."""
    place = next((site for site in facts.sites if site.path in (plan.target.purelib, plan.target.platlib)), None)
    flags = {item.name: item.flags for item in facts.requesters if item.kind is RequesterKind.SCRIPT}
    found = []
    for name, starts in sorted(closures.starts.items()):
        if not sees(flags.get(name, ()), place):
            continue
        start = firmest(starts, ways.back)
        if start is not None:
            found.append(_reach(name, start, closures, ways))
    return tuple(found)


def firmest(starts: Iterable[str], back: Mapping[str, Way]) -> Optional[str]:
    """The start with the firmest way."""
    reaching = [start for start in starts if start in back]
    return min(reaching, key=lambda start: back[start].strength, default=None)


def _reach(name: str, start: str, closures: Closures, ways: Ways) -> Reach:
    strength, last, node = ways.back[start].strength, None, start
    through = []
    while (step := ways.back[node].step) is not None:
        last, node = step, step.target
        if node in closures.nodes and node not in ways.changed:
            through.append(closures.nodes[node].module.partition(".")[0])
    module = closures.nodes[node].module if node in closures.nodes else node.partition(":")[2] or node
    where = f"{last.source}:{last.line}" if last is not None and last.line else ""
    return Reach(name, ways.changed.get(node, ""), module, NAMES[strength], where, strength <= INNER,
                 tuple(dict.fromkeys(through)))


def standing_on(facts: Facts, plan: Plan, closures: Closures, ways: Ways, misfits: Mapping[str, Missing],
                out_of: Mapping[str, Sequence[Edge]]) -> tuple[Missing, ...]:
    """Requesters that firmly reach a node which no longer fits, each with the reason that it reaches most firmly."""
    place = next((site for site in facts.sites if site.path in (plan.target.purelib, plan.target.platlib)), None)
    flags = {item.name: item.flags for item in facts.requesters if item.kind is RequesterKind.SCRIPT}
    back = reach_back(ways.into, misfits, NAMED)
    found = []
    for name, starts in sorted(closures.starts.items()):
        if firmest(starts, back) is None or not sees(flags.get(name, ()), place):
            continue
        reached = reach_firmly(starts, closures, out_of, back)
        node = min((node for node in reached if node in misfits), key=lambda node: reached[node], default=None)
        if node is not None:
            found.append(replace(misfits[node], requester=name))
    return tuple(found)


def reach_firmly(starts: Sequence[str], closures: Closures, out_of: Mapping[str, Sequence[Edge]],
                 within: Collection[str]) -> dict[str, int]:
    """What a program reaches by imports, and by its own functions and names where it begins."""
    return reach_on(out_of, [start for start in starts if start in within], NAMED, within,
                    _begins(starts, closures, out_of))


def reach_near(starts: Sequence[str], closures: Closures, out_of: Mapping[str, Sequence[Edge]],
               within: Collection[str]) -> frozenset[str]:
    """Of that, what a program imports as it starts, and what one of its functions or names away is.

    So much it needs for the first thing that it is asked for; what lies further on is a feature of a feature.
    """
    begins = _begins(starts, closures, out_of)
    at_once = reach_on(out_of, [start for start in starts if start in within], GUARDED, within)
    further = {edge.target for file in at_once for edge in out_of.get(file, ())
               if GUARDED < edge.strength <= NAMED and edge.target in within and begins(edge)}
    return frozenset(at_once) | reach_on(out_of, further, GUARDED, within).keys()


def _begins(starts: Sequence[str], closures: Closures,
            out_of: Mapping[str, Sequence[Edge]]) -> Callable[[Edge], bool]:
    own = _own_packages(starts, closures, out_of)

    def begins(edge: Edge) -> bool:
        node = closures.nodes.get(edge.source)
        return edge.source in starts or (node is not None and node.package in own)

    return begins


def _own_packages(starts: Sequence[str], closures: Closures, out_of: Mapping[str, Sequence[Edge]]) -> frozenset[str]:
    """The packages in which a program begins: what functions there import is one command away.

    What functions of its other packages import belongs to features that it may never be asked for.
    """
    first = {edge.target for start in starts for edge in out_of.get(start, ()) if edge.strength <= GUARDED}
    packages = {closures.nodes[file].package for file in first if file in closures.nodes}
    return frozenset(package for package in packages - {""}
                     if not any(other.startswith(package + ".") for other in packages))


def nodes_of(closures: Closures, tops: Collection[str], back: Mapping[str, Way], most: int = GUARDED) -> list[str]:
    """Files of distributions with these import names that reach a change whenever they are imported."""
    return [file for file, node in closures.nodes.items()
            if node.module.partition(".")[0] in tops and not node.context
            and file in back and back[file].strength <= most]
