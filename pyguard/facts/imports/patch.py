"""A graph of imports and what has changed below it since in, the graph of today out: only what changed is read.

What nothing reaches any more stays in it until it is built anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ...host import Host
from . import Closures, Question
from .build import add_program, make_builder, make_store
from .ground import Ground, lay_ground
from .inputs import read_inputs


def patch_closures(host: Host, question: Question, old: Closures, ground: Ground) -> Optional[tuple[Closures, Ground]]:
    """None where it has to be built anew: other programs or libraries, or modules that have come or gone."""
    inputs = read_inputs(host, question)
    if inputs.digest(question) != ground.inputs:
        return None
    changed = ground.changed_files(host.root)
    if changed is None:
        return None
    stale = set(changed)
    builder = make_builder(host, question, inputs, make_store(host, question))
    builder.nodes = {file: node for file, node in old.nodes.items() if file not in stale or node.module != "__main__"}
    programs = {name for name in inputs.programs if name in stale or not stale.isdisjoint(old.starts.get(name, ()))}
    dropped = stale | programs
    builder.resume(programs=[start for name in inputs.programs for start in old.starts.get(name, ())],
                   edges=[edge for edge in old.edges if edge.source not in dropped],
                   again=[node for file, node in builder.nodes.items() if file in stale])
    starts: dict[str, Sequence[str]] = {name: found for name, found in old.starts.items() if name not in programs}
    for name in inputs.programs:
        if name in programs:
            add_program(host, builder, name, starts)
    builder.run()
    new = [file for file in builder.nodes if file not in ground.files]
    fresh = lay_ground(host.root, [*changed, *new], builder.listings(), ground.inputs)
    return (Closures(builder.nodes, builder.edges, starts),
            Ground({**ground.files, **fresh.files}, {**ground.listings, **fresh.listings}, ground.inputs))
