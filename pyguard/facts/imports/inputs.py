"""A host and a question in, everything that a graph of imports begins with out: programs, libraries, entry points."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ...host import Host
from ...model.facts import RequesterKind
from ..index import Index
from . import Question

LIMIT = 256 * 1024    # of a list of entry points
EntryPoints = dict[str, list[tuple[str, str, str]]]


class Inputs(NamedTuple):
    """`programs` may turn out to be none; packages come with the names that are imported from them."""

    programs: Sequence[str]
    libraries: Sequence[tuple[str, list[str]]]
    outside: Mapping[str, Sequence[str]]
    embedders: Mapping[str, Sequence[str]]
    entry_points: EntryPoints

    def digest(self, question: Question) -> str:
        """Another one as soon as anything is different."""
        interpreter = question.interpreter
        text = json.dumps([*self, interpreter.minor, interpreter.stdlib,
                           [[site.path, site.scheme] for site in question.sites]])
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def read_inputs(host: Host, question: Question) -> Inputs:
    """Scripts themselves are not read here."""
    known = question.known
    libraries = list(_libraries(known))
    provided = dict(libraries)
    needs = {item.name: item.needs for item in known.requesters() if item.kind is RequesterKind.OS_PACKAGE}
    embedders = {package: [name for bound in needs.get(package, ()) for name in provided.get(bound.package, ())]
                 for package in known.embedders()}
    return Inputs(list(_programs(known)), libraries, known.modules_outside(), embedders,
                  read_entry_points(host, [site.path for site in question.sites]))


def _programs(known: Index) -> Iterable[str]:
    """Python scripts; then other commands of OS packages: a shell script may start Python."""
    requesters = (*known.requesters(), *known.programs())
    scripts = dict.fromkeys(item.name for item in requesters if item.kind is RequesterKind.SCRIPT)
    commands = (command for item in requesters if item.kind is RequesterKind.OS_PACKAGE for command in item.commands)
    return (*scripts, *dict.fromkeys(command for command in commands if command.startswith("/")
                                     and command not in scripts))


def _libraries(known: Index) -> Iterable[tuple[str, list[str]]]:
    """OS packages that ship modules, with those that lie directly in a site directory."""
    found: dict[str, set[str]] = {}
    for item in known.distributions():
        if item.owner is not None and item.owner.name:
            found.setdefault(item.owner.name, set()).update(item.import_names)
    return [(package, sorted(names)) for package, names in sorted(found.items()) if names]


def read_entry_points(host: Host, sites: Sequence[str]) -> EntryPoints:
    """Group -> distribution, name, `module:attribute`, of all installed distributions (entry_points.txt)."""
    found: EntryPoints = {}
    for site in sites:
        try:
            names = host.list(site)
        except OSError:
            continue
        for name in names:
            if not name.endswith((".dist-info", ".egg-info")):
                continue
            try:
                text = host.read_text(f"{site}/{name}/entry_points.txt", LIMIT)
            except OSError:
                continue
            _read_groups(text, name.partition("-")[0].lower().replace("_", "-"), found)
    return found


def _read_groups(text: str, distribution: str, found: EntryPoints) -> None:
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[] ")
        elif group and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            found.setdefault(group, []).append((distribution, name.strip(), value.strip()))
