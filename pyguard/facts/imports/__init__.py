"""Requesters and site directories in, their import closures out: kept until something changes, read in parallel.

Nothing here names a distribution or a tool: a closure is what the files say.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ...host import Host
from ...model.facts import Interpreter, SiteDirectory
from ..cache import read_cached, write_cached
from ..index import Index, make_key
from .reach import Edge, Node

FORMAT = 6    # of the rows that are kept
MOST_SUBMODULES = 60


class Closures:
    """The graph of files that requesters reach, and where each of them starts."""

    def __init__(self, nodes: Mapping[str, Node], edges: Sequence[Edge], starts: Mapping[str, Sequence[str]]) -> None:
        self.nodes = nodes
        self.edges = edges
        self.starts = starts    # a requester's name -> nodes that starting it runs


class Question(NamedTuple):
    """What closures are asked of: an interpreter, the directories it imports from, and the index of requesters."""

    interpreter: Interpreter
    sites: Sequence[SiteDirectory]
    known: Index


def open_closures(host: Host, question: Question, *, cache: Sequence[str] = (), uid: int = 0, workers: int = 1,
                  progress: Optional[Callable[[int, int], None]] = None) -> Closures:
    """From the cache where nothing has changed; else read anew, only files that changed."""
    question = question._replace(sites=[site for site in question.sites if site.exists])    # what users share
    places = [site.path for site in question.sites]
    name = f"closures-{zlib.crc32(chr(10).join([host.root, *places]).encode('utf-8', 'surrogateescape')):08x}"
    key, held = make_key(host, question.sites), str(FORMAT)
    text = read_cached(cache, name, held, uid) if cache else None
    kept = json.loads(text) if text is not None else None
    old = _load(kept) if kept is not None else None
    if kept is not None and old is not None and kept["key"] == key:
        return old
    from .build import build_closures  # ast and what goes with it: only who reads files pays
    from .ground import Ground
    from .patch import patch_closures

    text = read_cached(cache, f"{name}-ground", json.dumps([FORMAT, kept["key"]]), uid) if kept is not None else None
    found = patch_closures(host, question, old, Ground(*json.loads(text))) if old is not None and text else None
    if found is None:
        summaries = f"summaries-{zlib.crc32(host.root.encode('utf-8', 'surrogateescape')):08x}"
        found = build_closures(host, question, cache=cache, name=summaries, uid=uid, workers=workers, progress=progress)
    if cache:
        write_cached(cache, name, held, _compact({"key": key, **_dump(found[0])}), uid)
        write_cached(cache, f"{name}-ground", json.dumps([FORMAT, key]), _compact(found[1]), uid)
    return found[0]


def _compact(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"))


def _dump(closures: Closures) -> dict[str, Any]:
    """Names once, numbers for the rest."""
    numbers: dict[str, int] = {}

    def number(name: str) -> int:
        return numbers.setdefault(name, len(numbers))

    nodes = [[number(node.file), node.module, node.package, list(node.context)] for node in closures.nodes.values()]
    edges: list[int] = []
    for edge in closures.edges:
        edges += (number(edge.source), number(edge.target), edge.strength, edge.line)
    starts = {name: [number(start) for start in found] for name, found in closures.starts.items()}
    return {"names": list(numbers), "nodes": nodes, "edges": edges, "starts": starts}


def _load(data: Mapping[str, Any]) -> Closures:
    names, flat = data["names"], data["edges"]
    nodes = {names[row[0]]: Node(names[row[0]], row[1], row[2], tuple(row[3])) for row in data["nodes"]}
    numbers: Iterable[int] = iter(flat)
    edges = [Edge(names[source], names[target], strength, line)
             for source, target, strength, line in zip(*[iter(numbers)] * 4)]
    return Closures(nodes, edges, {name: [names[start] for start in found] for name, found in data["starts"].items()})
