"""Native tools that would load a foreign library: by LD_LIBRARY_PATH, LD_PRELOAD or ld.so.conf.d, and who sets it."""

from __future__ import annotations

from collections.abc import Iterator

from ...facts.native import Loader, standard_directories
from ...facts.native_tools import find_suspects, ignores, library_names, native_tools
from ...model.impact import LibraryShadow
from ..as_user import acting_as
from ..world import World

NAME = "native libraries"


def find(world: World) -> Iterator[LibraryShadow]:
    """One effect a tool and library; nothing is read where nothing takes the place of the system's libraries."""
    host, standard = world.host, standard_directories(world.host)
    names = frozenset(name for directory in standard for name in library_names(host, directory))
    homes = {account.name: account.home for account in world.accounts}
    suspects = [suspect for suspect in find_suspects(host, world.assignments, homes, world.environ)
                if suspect.files or any(
                    name in names for directory in suspect.directories for name in library_names(host, directory))]
    if not suspects:
        return
    loader = Loader(host, standard)
    tools = native_tools(host, (each.real_path for each in world.interpreters))
    for suspect in suspects:
        account = next((each for each in world.accounts if each.name == suspect.user), world.accounts[0])
        with acting_as(host, account, world.uid):
            found = [LibraryShadow(tool, lack.library, lack.missing, suspect.variable, suspect.where, lack.needed_by,
                                   suspect.user)
                     for tool in tools if not ignores(host, tool, suspect)
                     for lack in loader.lacks(tool, suspect.directories, suspect.files)]
        yield from dict.fromkeys(found)
