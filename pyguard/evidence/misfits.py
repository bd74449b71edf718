"""Files that no longer fit what changes, each with why: a name that is gone, a requirement that is violated."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from ..facts.imports import Closures
from ..facts.imports.finder import Finder
from ..facts.imports.strength import CONDITIONAL, GUARDED, MODULE
from ..facts.imports.summary import Summary, parse, summarise_tree
from ..host import Host
from ..model.facts import Distribution, Facts, Gap
from ..model.frozen import replace
from ..model.impact import BrokenBound
from ..model.names import NormalizedName, canonicalize_name
from ..model.plan import Missing, Plan
from ..model.versions import specifier_holds
from .closely import Closely
from .details import read_details
from .names import Contents
from .reaches import Ways, nodes_of

BUILT_IN = frozenset(sys.builtin_module_names) | {"sys", "builtins", "posix", "_frozen_importlib"}
REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LARGEST = 2 * 1024 * 1024


class Sources(NamedTuple):
    """Where requirements are had: all installed distributions, and a way to ask for upstream's own."""

    installed: Sequence[Distribution]
    ask: Callable[[Sequence[Distribution]], tuple[Mapping[str, tuple[str, ...]], tuple[Gap, ...]]]
    bounds: Sequence[BrokenBound] = ()    # of OS packages, which would no longer hold


def find_misfits(host: Host, facts: Facts, plan: Plan, closures: Closures, ways: Ways, tree: str,
                 sources: Sources) -> tuple[dict[str, Missing], tuple[Gap, ...]]:
    """File -> the first reason; a missing name says more than a requirement, a module that goes more than both."""
    importers = importing(sources.installed, closures, ways)
    upstream, gaps = sources.ask(importers)
    found = violated(plan, sources.installed, importers, upstream, closures, ways)
    for file, missing in bounded(sources, closures, ways):
        found.setdefault(file, missing)
    told = told_by_source(plan)
    found = {file: missing for file, missing in found.items() if missing.change not in told}
    old, new = views(host, facts, plan, tree)
    for file, missing in gone(host, closures, ways, old, new):
        found[file] = missing
    found.update(broken_arrivals(plan, closures, ways, old, new))
    found.update(taken_away(closures, plan, ways))
    return found, gaps


def importing(installed: Sequence[Distribution], closures: Closures, ways: Ways) -> list[Distribution]:
    """Distributions with a file that imports what changes, whenever it is imported itself."""
    tops = {closures.nodes[edge.source].module.partition(".")[0] for file in ways.changed
            for edge in ways.into.get(file, ()) if edge.strength <= GUARDED and edge.source in closures.nodes
            and edge.source not in ways.changed}
    return [item for item in installed if item.metadata != "none"
            and not tops.isdisjoint(name.partition(".")[0] for name in item.import_names)]


def violated(plan: Plan, installed: Sequence[Distribution], importers: Sequence[Distribution],
             upstream: Mapping[str, tuple[str, ...]], closures: Closures, ways: Ways) -> dict[str, Missing]:
    """Requirements that hold today and would not any more, on the files of the distributions that declare them."""
    found: dict[str, Missing] = {}
    versions = {item.name: item.version for item in reversed(installed)}
    new = {canonicalize_name(change.name): change for change in plan.changes if change.version}
    asked = {item.name for item in importers}
    for item in installed:
        if item.name in new:
            continue
        for requirement in (*item.requires, *(upstream.get(str(item.name), ()) if item.name in asked else ())):
            change = new.get(_required(requirement))
            before = versions.get(_required(requirement))
            if change is None or before is None or not change.version:
                continue
            if (specifier_holds(requirement, change.name, before) is True
                    and specifier_holds(requirement, change.name, change.version) is False):
                missing = Missing("", change.name, distribution=f"{item.name} {item.version}",
                                  requirement=requirement, before=before, after=change.version)
                tops = {name.partition(".")[0] for name in item.import_names}
                for file in nodes_of(closures, tops, ways.back):
                    found.setdefault(file, missing)
    return found


def bounded(sources: Sources, closures: Closures, ways: Ways) -> list[tuple[str, Missing]]:
    """Files of OS packages whose own bound on the package that is shadowed would not hold."""
    found = []
    for effect in sources.bounds:
        package = effect.requester.name
        tops = {name.partition(".")[0] for item in sources.installed if item.owner and item.owner.name == package
                for name in item.import_names}
        missing = Missing("", effect.change.name, distribution=f"the OS package {package}",
                          requirement=str(effect.bound), before=effect.loser.version, after=effect.change.version or "")
        found += [(file, missing) for file in (*nodes_of(closures, tops, ways.back), package)]
    return found


def _required(requirement: str) -> NormalizedName:
    head = REQUIREMENT_NAME.match(requirement)
    return canonicalize_name(head.group() if head else "")


def taken_away(closures: Closures, plan: Plan, ways: Ways) -> dict[str, Missing]:
    """Files that import a module which is removed and not replaced."""
    going = {change.name for change in plan.changes if change.version is None}
    found = {}
    for file, change in ways.changed.items():
        if change in going and file in closures.nodes:
            for edge in ways.into.get(file, ()):
                if edge.strength == MODULE and edge.source not in ways.changed:
                    found[edge.source] = Missing("", change, f"{edge.source}:{edge.line}", closures.nodes[file].module)
    return found


def told_by_source(plan: Plan) -> frozenset[str]:
    """Changes whose files are all source: whether what is taken from them is there can be read, whatever is required.

    A requirement that is violated is a reason to look; where a compiled module is among the files, looking
    tells nothing, and the requirement stands.
    """
    return frozenset(change.name for change in plan.changes if change.files
                     and not any(path.endswith((".so", ".pyd")) for path in change.files))


def views(host: Host, facts: Facts, plan: Plan, tree: str) -> tuple[Contents, Contents]:
    """What is there today; what arrives."""
    sites = [site.path for site in sorted(facts.sites, key=lambda site: site.rank)]
    first = [site.path for site in facts.sites if site.scheme == "pythonpath"]
    stdlib = facts.interpreter.stdlib
    rest = [path for path in sites if path not in first]
    paths = [*first, stdlib, f"{stdlib}/lib-dynload", *rest]
    targets = list(dict.fromkeys((plan.target.purelib, plan.target.platlib)))
    return Contents(Finder(paths, root=host.root)), Contents(Finder(targets, root=tree))


def gone(host: Host, closures: Closures, ways: Ways, old: Contents, new: Contents) -> list[tuple[str, Missing]]:
    """Names that a file takes from what changes, there today and not in the new files."""
    sources = {edge.source for file in ways.changed for edge in ways.into.get(file, ())
               if edge.strength <= CONDITIONAL} - set(ways.changed)
    closely = Closely(old, new)
    found = []
    for file in sorted(sources & closures.nodes.keys()):
        tree = parse(_read(host, file))
        summary = summarise_tree(tree) if tree is not None else None
        if tree is None or summary is None:
            continue
        taken = ((module, Missing("", "", f"{file}:{line}", f"{module}.{name}"))
                 for module, name, line, strength in taken_names(summary)
                 if strength == MODULE and new.brings(module)
                 and old.has(module, name) is True and new.has(module, name) is False)
        unfit = ((each.module, missing) for each, missing in closely.unfit(file, read_details(tree)))
        module, missing = next(chain(taken, unfit), ("", None))
        if missing is not None:
            change = ways.changed.get((old.finder.find(module) or ("",))[0], "")
            found.append((file, replace(missing, change=change)))
    return found


def broken_arrivals(plan: Plan, closures: Closures, ways: Ways, old: Contents, new: Contents) -> dict[str, Missing]:
    """New files that take a name which is not there, and those that import them: on the files they replace."""
    broken: dict[str, tuple[str, int, str]] = {}
    imports: dict[str, set[str]] = {}
    for module, file in new.modules():
        summary = new.summary(file)
        if summary is None:
            continue
        taken = taken_names(summary, module, file.endswith("/__init__.py"))
        imports[module] = {each for name, attribute, _, strength in taken if strength == MODULE
                           for each in (name, f"{name}.{attribute}")}
        for name, attribute, line, strength in taken:
            if strength == MODULE and attribute and not new.brings(name) and old.lacks(name, attribute):
                broken.setdefault(module, (file, line, f"{name}.{attribute}"))
        for name, line in absent_modules(summary, old, new):
            broken.setdefault(module, (file, line, name))
    spread(broken, imports)
    found = {}
    for file, change in ways.changed.items():
        node = closures.nodes.get(file)
        if node is not None and node.module in broken:
            where, line, name = broken[node.module]
            found[file] = Missing("", change, f"{where}:{line}", name)
    return found


def spread(broken: dict[str, tuple[str, int, str]], imports: Mapping[str, set[str]]) -> None:
    """Who imports what is broken, or lies below a package that is, is broken too."""
    growing = True
    while growing:
        growing = False
        for module, names in imports.items():
            parents = {module[:index] for index, letter in enumerate(module) if letter == "."}
            reason = next((broken[name] for name in (*names, *parents) if name in broken and name != module), None)
            if module not in broken and reason is not None:
                broken[module] = reason
                growing = True


def absent_modules(summary: Summary, old: Contents, new: Contents) -> list[tuple[str, int]]:
    """Imports that nothing copes with, of top-level modules that are nowhere."""
    return [(module, line) for level, module, _, line, strength in summary["imports"]
            if not level and strength == MODULE and module
            and not old.finds(module.partition(".")[0]) and not new.finds(module.partition(".")[0])
            and module.partition(".")[0] not in BUILT_IN]


def taken_names(summary: Summary, module: str = "", is_package: bool = False) -> list[tuple[str, str, int, int]]:
    """Module, name, line, strength: `from m import n`, and `m.n` where m was imported; relative ones with `module`."""
    found = []
    for level, name, names, line, strength in summary["imports"]:
        base = _absolute(module, is_package, level, name)
        if base and names is None:
            found.append((base, "", line, strength))
        found += [(base, taken, line, strength) for taken in names or () if taken != "*" and base]
    for dotted, line, strength in summary["uses"]:
        if dotted.startswith("."):
            continue
        base, _, rest = dotted.partition(":")
        parts = dotted.replace(":", ".").split(".")
        least = base.count(".") + 2 if rest else 1
        found += [(".".join(parts[:count]), parts[count], line, strength) for count in range(least, len(parts))]
    return found


def _absolute(module: str, is_package: bool, level: int, name: str) -> str:
    if not level:
        return str(name)
    parts = module.split(".") if is_package else module.split(".")[:-1]
    parts = parts[:len(parts) - level + 1]
    return ".".join([*parts, name] if name else parts) if module and parts else ""


def _read(host: Host, file: str) -> bytes:
    try:
        return host.read_bytes(file, LARGEST)
    except OSError:
        return b""
