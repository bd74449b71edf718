"""One plugin and a question in, plain data out: the only place where a plugin's code is imported and called.

Runs in a child process (`apart`); whatever it raises is the answer.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pluggy

from .. import hookspecs
from ..codec import encode
from ..errors import ForeignUsageError, PyguardError
from ..facts.ownership.interface import PackageSet
from ..host import Host
from ..model.facts import Facts
from ..model.impact import Impact
from ..model.remedy import Remedy
from ..model.request import Request
from ..model.verdict import Finding, Level
from ..policy.rules import RULES
from .find import Found

PREFIX = "pyguard_"
FRONTEND_METHODS = ("changes_nothing", "choose_interpreter", "leaves_environment", "parse_request")
RULE_ID = re.compile(r"[a-z]+(-[a-z0-9]+)+")
NEEDED = {
    "pyguard_rules": ("ID", "LEVEL", "SINCE", "check"),
    "pyguard_ownership": ("NAME", "available", "stamp", "load"),
    "pyguard_frontends": ("NAME", "PROGRAMS", "MODULES", *FRONTEND_METHODS),
    "pyguard_remedies": ("propose",),
}


class PluginError(PyguardError):
    """What is wrong with a plugin, in words for its author."""

    def __init__(self, message: str) -> None:
        super().__init__("bad-plugin", message)


class Plugin:
    """A loaded plugin: what its hooks returned, each thing checked to have the shape that is needed."""

    def __init__(self, found: Found, directories: Sequence[str]) -> None:
        if found.error:
            raise PluginError(found.error)
        self.found = found
        self.things = _call_hooks(_load(found, directories))

    def describe(self) -> dict[str, Any]:
        """What `pyguard plugins` shows, and the ids that a policy may name."""
        return {"hooks": sorted(self.things),
                "rules": [{"id": rule.ID, "level": rule.LEVEL.name.lower(), "since": rule.SINCE,
                           "doc": rule.__doc__ or ""} for rule in self.things.get("pyguard_rules", ())],
                "frontends": [[each.NAME, list(each.PROGRAMS), list(each.MODULES)]
                              for each in self.things.get("pyguard_frontends", ())],
                "databases": [database.NAME for database in self.things.get("pyguard_ownership", ())]}

    def judge(self, facts: Facts, request: Request, impact: Impact) -> dict[str, Any]:
        """The rules' findings and the remedies."""
        findings = [finding for rule in self.things.get("pyguard_rules", ())
                    for finding in _findings(rule, facts, impact)]
        remedies = [remedy for proposer in self.things.get("pyguard_remedies", ())
                    for remedy in proposer.propose(facts, request)]
        return {"findings": encode(findings), "remedies": encode([self._named(remedy) for remedy in remedies])}

    def frontend(self, name: str, method: str, *arguments: Any) -> Any:
        """A frontend's answer; what the tool itself would refuse is an answer, too."""
        frontend = next(each for each in self.things["pyguard_frontends"] if name == each.NAME)
        try:
            return {"answer": encode(getattr(frontend, method)(*arguments))}
        except ForeignUsageError as error:
            return {"foreign": error.message}

    def stamp(self, host: Host) -> list[Any]:
        """The stamps of the databases that are there."""
        return [[path, changed, size] for database in self._databases(host)
                for path, changed, size in database.stamp(host)]

    def load(self, host: Host) -> list[Any]:
        """The packages of each database that is there, and who owns what."""
        return [_dump(database.load(host), database.NAME) for database in self._databases(host)]

    def _databases(self, host: Host) -> Iterator[Any]:
        return (database for database in self.things.get("pyguard_ownership", ()) if database.available(host))

    def _named(self, remedy: Any) -> Remedy:
        """Under the plugin's name, so that no id is one of pyguard's own."""
        if not isinstance(remedy, Remedy) or not all(step.argv for step in remedy.steps):
            raise PluginError(f"{remedy!r} is no Remedy with the commands of its steps")
        return Remedy(f"{self.found.name}:{remedy.id}", remedy.title, remedy.safety, remedy.steps, remedy.note,
                      remedy.runnable)


class _Manager(pluggy.PluginManager):
    """Functions are hooks by their name; the marker of pluggy is welcome and not needed."""

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        marked = super().parse_hookimpl_opts(plugin, name)
        if marked is None and name.startswith(PREFIX) and inspect.isroutine(getattr(plugin, name, None)):
            return {}
        return marked


def _load(found: Found, directories: Sequence[str]) -> Any:
    """The entry point's object, imported from pyguard's own environment and nowhere else."""
    own = _own_path(directories)
    sys.path[:] = dict.fromkeys([*(entry for entry in sys.path if entry in own), *directories])
    importlib.invalidate_caches()
    thing: Any = importlib.import_module(found.module)
    for name in filter(None, found.attribute.split(".")):
        thing = getattr(thing, name)
    return thing


def _own_path(directories: Sequence[str]) -> set[str]:
    """The standard library's places, the environment's, and what its own .pth files name (editable installations)."""
    library = os.path.dirname(os.__file__)
    zipped = "python{}{}.zip".format(*sys.version_info)
    own = {library, f"{library}/lib-dynload", os.path.join(os.path.dirname(library), zipped), *directories}
    for directory in directories:
        for name in os.listdir(directory):
            if name.endswith(".pth"):
                with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
                    own.update(os.path.join(directory, line.strip()) for line in file)
    return own


def _call_hooks(thing: Any) -> dict[str, list[Any]]:
    """Hook name -> everything that its functions returned. Raises for a name that is no hook's."""
    manager = _Manager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    known = [name for name in dir(hookspecs) if name.startswith(PREFIX)]
    misspelled = [name for name in dir(thing) if name.startswith(PREFIX) and name not in known]
    if misspelled:
        raise PluginError(f"there is no hook {misspelled[0]}; the hooks are {', '.join(known)}")
    manager.register(thing)
    manager.check_pending()
    found: dict[str, list[Any]] = {}
    for name in known:
        for implementation in getattr(manager.hook, name).get_hookimpls():
            returned = implementation.function()
            if not isinstance(returned, Iterable) or isinstance(returned, (str, bytes)):
                raise PluginError(f"{name} returned {returned!r} where a list is expected")
            found.setdefault(name, []).extend(_check(name, item) for item in returned)
    if not found:
        raise PluginError(f"it has none of the hooks {', '.join(known)}")
    ids = [rule.ID for rule in found.get("pyguard_rules", ())]
    if len(set(ids)) < len(ids):
        raise PluginError(f"two of its rules have one id: {', '.join(sorted(ids))}")
    return found


def _check(hook: str, thing: Any) -> Any:
    missing = [name for name in NEEDED[hook] if not hasattr(thing, name)]
    if missing:
        raise PluginError(f"{hook} returned {thing!r}, which has no {missing[0]}")
    if hook == "pyguard_rules":
        if not isinstance(thing.ID, str) or not RULE_ID.fullmatch(thing.ID) or thing.ID in {rule.ID for rule in RULES}:
            raise PluginError(f"{thing.ID!r} is no id for a rule: words joined by hyphens, and none of pyguard's own")
        if not isinstance(thing.LEVEL, Level):
            raise PluginError(f"the LEVEL of {thing.ID} is {thing.LEVEL!r}, no Level")
    return thing


def _findings(rule: Any, facts: Facts, impact: Impact) -> Iterator[Finding]:
    for finding in rule.check(facts, impact):
        if not isinstance(finding, Finding) or finding.rule != rule.ID or not isinstance(finding.level, Level):
            raise PluginError(f"{rule.ID} found {finding!r}, which is no Finding of that rule")
        yield Finding(finding.rule, finding.level, finding.summary, finding.subject, finding.evidence)


def _dump(found: Any, name: str) -> dict[str, Any]:
    if not isinstance(found, PackageSet) or not found.packages:
        raise PluginError(f"the database {name} is there and loads as {type(found).__name__} without packages")
    return {"packages": {key: encode(package) for key, package in found.packages.items()},
            "owners": dict(found.owners), "gaps": encode(found.gaps)}
