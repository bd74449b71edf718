"""A requester's place in the graph in, what is to be tried of it out: its own modules imported, its `--help` run.

An import says what a program stands on, the run what it does with it before it does anything. A module that
only a name in a text leads to is tried too where it is the program's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..facts.imports import Closures
from ..facts.imports.reach import Edge
from ..facts.imports.strength import GUARDED
from ..model.facts import Requester
from .reaches import Ways, reach_firmly, reach_near

MOST_MODULES = 120
SKIPPED = frozenset({"__main__", "setup", "conftest", "tests", "test", "testing"})
MARK = "pyguard-rehearsal:"
# Runs inside the interpreter that is looked at: standard library only, 3.6 syntax. What a module prints is not ours.
DRIVER = '''
import importlib, json, os, sys
todo = json.loads(sys.argv[1])
sys.path[0:1] = todo["path"]
mark = os.dup(1)
os.dup2(2, 1)
sys.argv[1:] = []
def last(error):
    text = str(error).strip().split("\\n")[0]
    return type(error).__name__ + (": " + text if text else "")
found = {}
for name in todo["modules"]:
    os.write(mark, ("at " + name + "\\n").encode())
    try:
        importlib.import_module(name)
    except BaseException as error:
        found[name] = last(error)
os.write(mark, ("%s%s\\n" % (todo["mark"], json.dumps(found))).encode())
os._exit(0)
'''


class Tried(NamedTuple):
    """What there is to try: modules to import with these directories in front, a program to run."""

    modules: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    program: str = ""
    interpreter: str = ""
    flags: tuple[str, ...] = ()
    near: frozenset[str] = frozenset()    # of the modules: at most one function away from how the program starts

    def import_command(self) -> tuple[str, ...]:
        """One process for all modules, in their order."""
        todo = json.dumps({"modules": self.modules, "path": self.path, "mark": MARK})
        return (self.interpreter, *self.flags, "-B", "-c", DRIVER, todo)


def plan_trial(name: str, requester: Requester | None, closures: Closures, ways: Ways,
               out_of: Mapping[str, Sequence[Edge]], python: str) -> Tried:
    """A library has no program of its own; `requester` says how a Python script is started."""
    starts = closures.starts[name]
    reached = reach_firmly(starts, closures, out_of, ways.back)
    close = reach_near(starts, closures, out_of, ways.back)
    tops = {closures.nodes[edge.target].module.partition(".")[0]
            for start in starts for edge in out_of.get(start, ()) if edge.target in closures.nodes}
    modules, path, near = [], [], set()
    for file in reached:
        node = closures.nodes.get(file)
        if node is None or file in ways.changed or ways.back[file].strength > GUARDED:
            continue
        if node.module == "__main__" or not SKIPPED.isdisjoint(node.module.split(".")):
            path += [place for place in node.context if place not in path]
            continue
        if node.module.partition(".")[0] in tops:
            modules.append(node.module)
            if file in close:
                near.add(node.module)
            path += [place for place in node.context if place not in path]
    ordered = sorted(dict.fromkeys(modules), key=lambda module: module.count("."))[:MOST_MODULES]
    starts_with_it = not ordered or any(start in ways.back and ways.back[start].strength <= GUARDED for start in starts)
    program = name if name.startswith("/") and starts_with_it else ""
    flags = requester.flags if requester is not None else ()
    return Tried(tuple(ordered), tuple(path), program, python, flags, frozenset(near))
