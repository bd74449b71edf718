"""A plan and the graph of what requesters reach in, the nodes that would be others out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..facts.import_names import names_of_files
from ..facts.imports.reach import MISSING, Node
from ..model.facts import Facts, SiteDirectory
from ..model.plan import Change, Plan

FLAGS_WITHOUT = {"user_site": {"-s", "-I"}, "pythonpath": {"-E", "-I"}}


def changed_nodes(facts: Facts, plan: Plan, nodes: Mapping[str, Node],
                  removed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each node with the name of the change that replaces it, takes it away or brings it.

    `removed`: the change's name -> paths that go with it.
    """
    found: dict[str, str] = {}
    gone = {path: name for name, paths in removed.items() for path in paths}
    order = _order(facts)
    if gone:
        for file in nodes:
            change = _above(file, gone)
            if change:
                found[file] = change
    place = next((site for site in facts.sites if site.path in (plan.target.purelib, plan.target.platlib)), None)
    if place is None:
        return found
    names = {name: change.name for change in plan.changes if change.version is not None
             for name in import_names(change, plan)}
    for name, change_name in names.items():
        if "." not in name:
            found[MISSING + name] = change_name
    for file, node in nodes.items():
        if node.context:
            continue
        change_name = _named(node.module, names)
        if change_name and _comes_after(file, place, order):
            found.setdefault(file, change_name)
    return found


def import_names(change: Change, plan: Plan) -> tuple[str, ...]:
    """From its files where they are known, dotted below a namespace package."""
    sites = (plan.target.purelib + "/", plan.target.platlib + "/")
    paths = [path[len(site):] for path in change.files for site in sites if path.startswith(site)]
    return names_of_files(paths) if change.files else change.import_names


def _named(module: str, names: Mapping[str, str]) -> str:
    """The change that brings a module or a package above it."""
    while module:
        if module in names:
            return names[module]
        module = module.rpartition(".")[0]
    return ""


def _above(path: str, gone: Mapping[str, str]) -> str:
    while len(path) > 1:
        if path in gone:
            return gone[path]
        path = path.rpartition("/")[0]
    return ""


def _order(facts: Facts) -> list[str]:
    """Directories as sys.path has them."""
    stdlib = facts.interpreter.stdlib
    first = [site.path for site in facts.sites if site.scheme == "pythonpath"]
    rest = [site.path for site in sorted(facts.sites, key=lambda site: site.rank) if site.scheme != "pythonpath"]
    return [*first, f"{stdlib}/lib-dynload", stdlib, *rest]


def _comes_after(file: str, place: SiteDirectory, order: Sequence[str]) -> bool:
    """The file lies in the directory that is written to, or in a later one: the longest that fits is its own."""
    fitting = [path for path in order if file.startswith(path + "/")]
    if not fitting or place.path not in order:
        return False
    return order.index(max(fitting, key=len)) >= order.index(place.path)


def sees(flags: Sequence[str], place: SiteDirectory | None) -> bool:
    """Whether an interpreter started with these flags imports from the directory at all (python(1))."""
    return place is None or FLAGS_WITHOUT.get(place.scheme, set()).isdisjoint(flags)
