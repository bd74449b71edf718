"""The libraries that a plan's wheels bring in, the native tools that would load them and miss something out.

The same reading of ELF files as an audit's, of a machine on which the plan were carried out: nothing is run.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

from ..facts.accounts import find_account
from ..facts.native import Loader, standard_directories
from ..facts.native_tools import Suspect, find_suspects, ignores, library_names, native_tools
from ..facts.variables import read_everybodys, read_own
from ..host import Host
from ..model.plan import Lack, Plan

LOADERS = "the loader's own list"


class Brought(NamedTuple):
    """A shared library of a change: where it lies until then."""

    change: str
    place: str


class Planned(Host):
    """A host on which the libraries are there already."""

    def __init__(self, host: Host, brought: Mapping[str, Brought]) -> None:
        super().__init__(host.root)
        self.brought = brought

    def locate(self, path: str, follow: bool = True) -> str:
        """Those of the plan first."""
        found = self.brought.get(path)
        return found.place if found else super().locate(path, follow)


def planned_lacks(host: Host, plan: Plan, tree: str, interpreter: str, environ: Mapping[str, str],
                  uid: int) -> tuple[Lack, ...]:
    """`tree` has the plan's files laid out. Nothing is read where no library takes the place of the system's."""
    brought = _brought(host, plan, tree)
    if not brought:
        return ()
    standard = standard_directories(host)
    names = frozenset(name for directory in standard for name in library_names(host, directory))
    brought = {path: library for path, library in brought.items() if posixpath.basename(path) in names}
    suspects = [suspect for suspect in _suspects(host, standard, environ, uid)
                if any(posixpath.dirname(path) in suspect.directories for path in brought)]
    if not suspects:
        return ()
    loader = Loader(Planned(host, brought), standard)
    tools = native_tools(host, (interpreter,))
    return tuple(dict.fromkeys(
        Lack(tool, lack.library, lack.missing, suspect.variable, suspect.where, lack.needed_by,
             brought[lack.library].change)
        for suspect in suspects for tool in tools if not ignores(host, tool, suspect)
        for lack in loader.lacks(tool, suspect.directories) if lack.library in brought))


def _brought(host: Host, plan: Plan, tree: str) -> dict[str, Brought]:
    """By the path that it will have, with no link on the way to it."""
    found = {}
    for change in plan.changes:
        for path in change.files:
            if ".so" in posixpath.basename(path):
                directory, name = posixpath.split(path)
                found[f"{host.realpath(directory)}/{name}"] = Brought(f"{change.name} {change.version or ''}".rstrip(),
                                                                      tree + path)
    return found


def _suspects(host: Host, standard: tuple[str, ...], environ: Mapping[str, str], uid: int) -> list[Suspect]:
    """What an audit would look at, and the directories that are searched anyway."""
    account = find_account(host, uid, "")
    assignments = [*read_everybodys(host), *read_own(host, account)]
    found = [*find_suspects(host, assignments, {account.name: account.home}, environ),
             Suspect("ld.so", LOADERS, standard)]
    return [suspect._replace(directories=tuple(host.realpath(path) for path in suspect.directories))
            for suspect in found if suspect.directories]
