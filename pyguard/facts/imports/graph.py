"""Requesters' programs in, the graph of files that import one another out, with the strength of every step.

A node is a file; `missing:NAME` is a name that nothing on the path provides (an optional import, which an
install may satisfy). Only what some requester reaches is in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from .entry import Program
from .finder import Finder, Found
from .reach import MISSING, Edge, Node
from .strength import INNER, LAZY, MODULE, NAMED, PLUGIN
from .summary import EMPTY, Summary

Summaries = Callable[[Sequence[str]], Mapping[str, Optional[Summary]]]    # paths -> their summaries
EntryPoints = Mapping[str, Sequence[tuple[str, str, str]]]    # group -> distribution, name, "module:attribute"
WIDEST = 400     # more submodules than this are data, not plug-ins that a program loads
OWN_PROGRAMS = ("console_scripts", "gui_scripts")    # groups of programs, which nothing loads as plug-ins


class Chain(NamedTuple):
    """What importing a module imports, its packages first; `missing`: a top-level name that nothing provides."""

    nodes: tuple[Node, ...]
    missing: str
    complete: bool


class Builder:
    """Walks from programs through everything they reach, one wave of files at a time."""

    def __init__(self, finder: Finder, entry_points: EntryPoints, summaries: Summaries) -> None:
        self.finder = finder
        self.entry_points = entry_points
        self.summaries = summaries
        self.nodes: dict[str, Node] = {}
        self._kept: list[Edge] = []
        self._first: set[str] = set()      # what programs import, as far as that was known before
        self._steps: dict[tuple[str, str], tuple[int, int]] = {}
        self._chains: dict[tuple[str, tuple[str, ...]], Chain] = {}
        self.waiting: list[Node] = []
        self.computing: list[Node] = []    # files that import a name that they compute
        self.others: list[tuple[Node, Sequence[list[Any]], Sequence[list[Any]]]] = []
        self.programs: set[str] = set()
        self.known: dict[str, Optional[Summary]] = {}
        self.finders: dict[tuple[str, ...], Finder] = {(): finder}
        self.by_distribution: dict[tuple[str, str, str], str] = {}
        self.know(entry_points)

    def know(self, entry_points: EntryPoints) -> None:
        """What names of programs stand for; the first distribution of a name counts."""
        for group, rows in entry_points.items():
            for distribution, name, value in rows:
                self.by_distribution.setdefault((distribution, group, name), value)

    def add(self, name: str, program: Program) -> None:
        """A requester called `name`: its script is a node, and what it starts otherwise hangs on `name`."""
        context = program.directories
        self.programs.update((name, program.script))
        if program.script:
            self._reach(Node(program.script, "__main__", self._package_of(program.script), context))
            if program.script != name:
                self._connect(name, program.script, MODULE, 0)
        for module in program.modules:
            self._to_module(name, f"{module}.__main__", MODULE, 0, context)
            self._to_module(name, module, MODULE, 0, context)
        for distribution, group, entry in program.entry_points:
            value = self.by_distribution.get((distribution.lower().replace("_", "-"), group, entry), "")
            if value:
                self._to_module(name, value.partition(":")[0].strip(), MODULE, 0, context)

    def add_modules(self, name: str, modules: Sequence[str], most: int) -> None:
        """A requester that is a library: its modules, and up to `most` of what lies directly in each."""
        for module in modules:
            self._to_module(name, module, MODULE, 0, ())
            found = self.finder.find(module)
            inner = self.finder.submodules(found.places) if found is not None else []
            for submodule in inner[:most]:
                self._to_module(name, f"{module}.{submodule}", INNER, 0, ())

    def add_module(self, name: str, module: str, directories: tuple[str, ...]) -> None:
        """A requester that imports a module, with directories of its own in front of the path."""
        self._to_module(name, module, MODULE, 0, directories)

    def _package_of(self, script: str) -> str:
        """The package that a script lies in, where it is a module as well."""
        for directory in self.finder.directories:
            if script.startswith(directory + "/"):
                return ".".join(script[len(directory) + 1:].split("/")[:-1])
        return ""

    @property
    def edges(self) -> list[Edge]:
        """One a pair of files."""
        return [*self._kept, *(Edge(source, target, *found) for (source, target), found in self._steps.items())]

    def listings(self) -> set[str]:
        """Directories that names were looked up in."""
        return {path for finder in (self.finder, *self.finders.values()) for path in finder.known()}

    def resume(self, programs: Iterable[str], edges: list[Edge], again: Iterable[Node]) -> None:
        """Go on with a graph that was built before; `again` are nodes whose own edges are not among these."""
        self.programs.update(programs)
        self._kept = edges
        self._first = {edge.target for edge in edges if edge.source in self.programs}
        self.waiting += again

    def run(self, progress: Callable[[int, int], None] = lambda done, all: None) -> None:
        """Until nothing new is reached."""
        done = 0
        while self.waiting:
            wave, self.waiting = self.waiting, []
            progress(done, done + len(wave))
            self.known.update(self.summaries([node.file for node in wave]))
            for node in wave:
                self._expand(node, self.known.get(node.file) or EMPTY)
            done += len(wave)
            if not self.waiting:
                computing, self.computing = self.computing, []
                for node in computing:
                    self._to_siblings(node)
                others, self.others = self.others, []
                for node, first, second in others:
                    if not all(self._holds(node, row) for row in first):
                        self._follow_rows(node, second)
        progress(done, done)

    def _expand(self, node: Node, summary: Summary) -> None:
        self._follow_rows(node, summary["imports"] + (summary["main"] if node.module == "__main__" else []))
        self.others += [(node, first, second) for first, second in summary["others"]]
        self._to_plugins(node, summary["texts"])

    def _holds(self, node: Node, row: list[Any]) -> bool:
        """Whether an import that is tried first succeeds as things are, so that its handler never runs."""
        base = self._absolute(node, row[0], row[1])
        found = self._find(base, node.context)[0] if base else None
        if found is None:
            return base in sys.builtin_module_names
        if not row[2] or not found.file.endswith(".py"):
            return True
        if found.file not in self.known:
            self.known.update(self.summaries([found.file]))
        summary = self.known[found.file] or EMPTY
        return all(name in summary["defines"] or self._find(f"{base}.{name}", node.context)[0] is not None
                   for name in row[2]) or any(name.startswith("*") for name in summary["defines"])

    def _follow_rows(self, node: Node, rows: Iterable[list[Any]]) -> None:
        for level, module, names, line, strength in rows:
            base = self._absolute(node, level, module)
            if base is None:
                continue
            if strength == LAZY and node.module.partition(".")[0] in ("__main__", base.partition(".")[0]):
                strength = INNER
            self._to_module(node.file, base, strength, line, node.context)
            for name in names or ():
                if name != "*":
                    self._to_submodule(node.file, base, name, strength, line, node.context)

    @staticmethod
    def _absolute(node: Node, level: int, module: str) -> Optional[str]:
        if not level:
            return module or None
        parts = node.package.split(".") if node.package else []
        if level > len(parts):
            return None
        base = ".".join(parts[:len(parts) - level + 1])
        return f"{base}.{module}" if module else base

    def _to_module(self, source: str, module: str, strength: int, line: int, context: tuple[str, ...]) -> bool:
        """Every package on the way is imported too. False where there is none."""
        chain = self._chains.get((module, context))
        if chain is None:
            chain = self._chains[module, context] = self._follow(module, context)
        for node in chain.nodes:
            self._connect(source, node.file, strength, line)
            if node.file not in self.nodes:
                self._reach(node)
        if chain.missing:
            self._connect(source, chain.missing, strength, line)
        return chain.complete

    def _connect(self, source: str, target: str, strength: int, line: int) -> None:
        """Of several ways from one file to another the firmest counts."""
        known = self._steps.get((source, target))
        if known is None or strength < known[0]:
            self._steps[source, target] = (strength, line)

    def _follow(self, module: str, context: tuple[str, ...]) -> Chain:
        parts = module.split(".")
        nodes: list[Node] = []
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            found, where = self._find(name, context)
            if found is None:
                return Chain(tuple(nodes), MISSING + parts[0] if count == 1 else "", False)
            if found.file:
                nodes.append(Node(found.file, name, name if found.places else name.rpartition(".")[0], where))
        return Chain(tuple(nodes), "", True)

    def _find(self, module: str, context: tuple[str, ...]) -> tuple[Optional[Found], tuple[str, ...]]:
        """In front of the path first; what is found behind it has no such directories any more."""
        if context:
            finder = self.finders.get(context)
            if finder is None:
                finder = self.finders[context] = Finder(context, root=self.finder.root)
            found = finder.find(module)
            if found is not None and (found.file or "." in module):
                return found, context
        return self.finder.find(module), ()

    def _to_submodule(self, source: str, base: str, name: str, strength: int, line: int,
                      context: tuple[str, ...]) -> None:
        """`from base import name`, where name is a module of its own."""
        found, _ = self._find(base, context)
        if found is not None and found.places and self._find(f"{base}.{name}", context)[0] is not None:
            self._to_module(source, f"{base}.{name}", strength, line, context)

    def _to_plugins(self, node: Node, texts: Iterable[str]) -> None:
        """Groups of entry points and modules that the file names; its package's where it computes a name."""
        own = (node.package or node.module).partition(".")[0]
        for text in texts:
            if text == "*":
                self.computing.append(node)
            elif text in self.entry_points and text not in OWN_PROGRAMS:
                for _, _, value in self.entry_points[text]:
                    module = value.partition(":")[0].strip()
                    strength = NAMED if module.partition(".")[0] == own else PLUGIN    # its own commands
                    self._to_module(node.file, module, strength, 0, node.context)
            elif own != "__main__" and text.startswith(own + "."):
                self._to_named(node, text.partition(":")[0])

    def _to_named(self, node: Node, dotted: str) -> None:
        """`"buildbot.scripts.start.startCommand"`: the longest part of it that is a module."""
        parts = dotted.split(".")
        for count in (len(parts), len(parts) - 1):
            if count > 1 and self._find(".".join(parts[:count]), node.context)[0] is not None:
                self._to_module(node.file, ".".join(parts[:count]), NAMED, 0, node.context)
                return

    def _to_siblings(self, node: Node) -> None:
        """A program's own commands where its first module does so, plug-ins anywhere else."""
        found, _ = self._find(node.package, node.context) if node.package else (None, ())
        if found is None:
            return
        first = node.file in self.programs or node.file in self._first or any(
            (program, node.file) in self._steps for program in self.programs)
        names = self.finder.submodules(found.places)
        for name in names[:WIDEST]:
            self._to_module(node.file, f"{node.package}.{name}", NAMED if first else PLUGIN, 0, node.context)

    def _reach(self, node: Node) -> None:
        if node.file not in self.nodes:
            self.nodes[node.file] = node
            if node.file.endswith(".py") or node.module == "__main__":
                self.waiting.append(node)
