"""A made-up system below a directory: an interpreter, OS packages, scripts, and what evidence is asked about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pyguard.evidence.reaches import Ways, find_ways
from pyguard.facts.imports import Closures
from pyguard.facts.imports.entry import read_program
from pyguard.facts.imports.finder import Finder
from pyguard.facts.imports.graph import Builder
from pyguard.facts.imports.store import Store
from pyguard.model.facts import (
    Distribution,
    EnvironmentKind,
    Facts,
    Interpreter,
    OperatingSystem,
    Owner,
    OwnerKind,
    Requester,
    RequesterKind,
    SiteDirectory,
)
from pyguard.model.names import canonicalize_name
from pyguard.model.plan import Basis, Change, Plan, Target

SITE = "/usr/lib/python3/dist-packages"
LOCAL = "/usr/local/lib/python3.11/dist-packages"
SITES = (SiteDirectory(LOCAL, OwnerKind.LOCAL, "posix_local", 0), SiteDirectory(SITE, OwnerKind.OS, "deb_system", 1))
INTERPRETER = Interpreter("/usr/bin/python3", EnvironmentKind.SYSTEM, version="3.11.2", stdlib="/usr/lib/python3.11")


def write(root: Path, files: Mapping[str, str]) -> None:
    """Files by their path on the made-up system."""
    for name, text in files.items():
        path = root / name[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def closures(root: Path, scripts: Sequence[str]) -> Closures:
    """Those of a few scripts."""
    builder = Builder(Finder([LOCAL, SITE], root=str(root)), {}, Store(str(root)).get)
    for script in scripts:
        builder.add(script, read_program(script, (root / script[1:]).read_text()))
    builder.run()
    return Closures(builder.nodes, builder.edges, {script: [script] for script in scripts})


def facts(scripts: Sequence[str], flags: Sequence[str] = ()) -> Facts:
    """A protected interpreter, and the scripts as requesters."""
    return Facts(OperatingSystem("debian"), INTERPRETER, SITES, requesters=tuple(
        Requester(script, RequesterKind.SCRIPT, Owner(OwnerKind.OS, "tool", "1"), interpreter="/usr/bin/python3",
                  flags=tuple(flags)) for script in scripts))


def plan(*changes: Change, site: str = LOCAL) -> Plan:
    """Changes that go to a site directory."""
    return Plan(Basis.RESOLVED, Target(site, site, "/usr/local/bin", "posix_local"), changes)


def installed(name: str, version: str, *requires: str, imports: Sequence[str] = ()) -> Distribution:
    """A distribution of the OS's."""
    return Distribution(canonicalize_name(name), version, SITE, Owner(OwnerKind.OS, f"python3-{name}", version),
                        metadata="egg-info", import_names=tuple(imports or (name,)), requires=requires)


def ways(found: Closures, changed: Mapping[str, str]) -> Ways:
    """Who reaches what changes."""
    return find_ways(found, changed)
