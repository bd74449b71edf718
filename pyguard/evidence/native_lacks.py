"""The libraries that wheels bring in, the native tools that would load them and miss something out.

The same reading of ELF files as an audit's, of a machine on which the plan were carried out; nothing is unpacked.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..errors import PyguardError
from ..facts.accounts import find_account
from ..facts.native import Loader, standard_directories
from ..facts.native_tools import Suspect, find_suspects, ignores, library_names, native_tools
from ..facts.variables import read_everybodys, read_own
from ..host import MAX_READ, Host
from ..model.plan import Lack, Target
from ..plan.wheel_layout import read_files

if TYPE_CHECKING:
    from .contents import Who

LOADERS = "the loader's own list"


class Brought(NamedTuple):
    """A shared library, and the change that brings it."""

    change: str
    data: bytes


class Planned(Host):
    """A host on which the libraries are there already."""

    def __init__(self, host: Host, brought: Mapping[str, Brought]) -> None:
        super().__init__(host.root)
        self.brought = brought

    def is_file(self, path: str) -> bool:
        """Those of the plan, too."""
        return path in self.brought or super().is_file(path)

    def read_bytes(self, path: str, limit: int = MAX_READ, follow: bool = True) -> bytes:
        """Those of the plan first."""
        found = self.brought.get(path)
        return found.data[:limit] if found else super().read_bytes(path, limit, follow)


def planned_lacks(bringing: Mapping[str, tuple[str, Collection[str]]], target: Target, who: Who) -> tuple[Lack, ...]:
    """`bringing`: a wheel's path with the change that it is and the last names of its shared objects.

    Nothing is read where none of them could take the place of a library of the system's.
    """
    host, standard = who.host, standard_directories(who.host)
    names = frozenset(name for directory in standard for name in library_names(host, directory))
    brought = {}
    for wheel, (change, libraries) in bringing.items():
        brought.update(_read(host, wheel, change, target, names.intersection(libraries)))
    suspects = [suspect for suspect in _suspects(standard, who)
                if any(posixpath.dirname(path) in suspect.directories for path in brought)] if brought else []
    if not suspects:
        return ()
    loader = Loader(Planned(host, brought), standard)
    tools = native_tools(host, (host.realpath(who.python),))
    return tuple(dict.fromkeys(
        Lack(tool, lack.library, lack.missing, suspect.variable, suspect.where, lack.needed_by,
             brought[lack.library].change)
        for suspect in suspects for tool in tools if not ignores(host, tool, suspect)
        for lack in loader.lacks(tool, suspect.directories) if lack.library in brought))


def _read(host: Host, wheel: str, change: str, target: Target, wanted: Collection[str]) -> dict[str, Brought]:
    """By the path that each will have, with no link on the way to it."""
    if not wanted:
        return {}
    try:
        files = read_files(wheel, target, wanted)
    except PyguardError:
        return {}    # what cannot be read was a gap before
    return {posixpath.join(host.realpath(posixpath.dirname(path)), posixpath.basename(path)): Brought(change, data)
            for path, data in files.items()}


def _suspects(standard: tuple[str, ...], who: Who) -> list[Suspect]:
    """What an audit would look at, and the directories that are searched anyway."""
    host, account = who.host, find_account(who.host, who.uid, "")
    assignments = [*read_everybodys(host), *read_own(host, account)]
    found = [*find_suspects(host, assignments, {account.name: account.home}, who.environ),
             Suspect("ld.so", LOADERS, standard)]
    return [suspect._replace(directories=tuple(host.realpath(path) for path in suspect.directories))
            for suspect in found if suspect.directories]
