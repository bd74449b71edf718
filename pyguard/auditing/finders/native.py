"""Native tools that would load a foreign library: by LD_LIBRARY_PATH, LD_PRELOAD or ld.so.conf.d, and who sets it."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from typing import NamedTuple

from ...facts.native import Loader, configured_directories, standard_directories
from ...facts.shell_environment import find_program
from ...model.damage import LibraryShadow
from ..as_user import acting_as
from ..world import World
from .variables import HERE

NAME = "native libraries"
TOOLS = ("ssh", "ssh-keygen", "sftp", "sudo", "curl", "git", "bash", "openssl", "dpkg", "apt-get", "rpm", "dnf5",
         "zypper", "pacman")
BESIDE = ("/usr/lib/git-core/git-remote-https", "/usr/libexec/git-core/git-remote-https",
          "/usr/lib/openssh/ssh-keysign")
SYSTEM = ("/usr/bin", "/usr/sbin", "/bin", "/sbin")
DISTRIBUTIONS = re.compile(r"^/(?:usr/)?lib")


class Suspect(NamedTuple):
    """What is loaded first, and because of whom."""

    variable: str
    where: str
    directories: tuple[str, ...]
    files: tuple[str, ...] = ()
    user: str = ""


def find(world: World) -> Iterator[LibraryShadow]:
    """One effect a tool and library; nothing is read where nothing takes the place of the system's libraries."""
    standard = standard_directories(world.host)
    names = frozenset(name for directory in standard for name in _names(world, directory))
    suspects = [suspect for suspect in _suspects(world) if suspect.files or any(
        name in names for directory in suspect.directories for name in _names(world, directory))]
    if not suspects:
        return
    loader = Loader(world.host, standard)
    tools = _tools(world)
    for suspect in suspects:
        account = next((each for each in world.accounts if each.name == suspect.user), world.accounts[0])
        with acting_as(world.host, account, world.uid):
            found = [LibraryShadow(tool, lack.library, lack.missing, suspect.variable, suspect.where, lack.needed_by,
                                   suspect.user)
                     for tool in tools if not _ignores(world, tool, suspect)
                     for lack in loader.lacks(tool, suspect.directories, suspect.files)]
        yield from dict.fromkeys(found)


def _suspects(world: World) -> Iterator[Suspect]:
    homes = {account.name: account.home for account in world.accounts}
    for found in world.assignments:
        if found.variable == "LD_LIBRARY_PATH":
            yield Suspect(found.variable, found.where, found.entries(homes.get(found.user, "/root")), user=found.user)
        elif found.variable == "LD_PRELOAD":
            files = tuple(re.split(r"[:\s]+", found.value))
            yield Suspect(found.variable, found.where, (), tuple(path for path in files if path.startswith("/")),
                          found.user)
    if not world.host.root and not any(found.variable == "LD_LIBRARY_PATH" for found in world.assignments):
        paths = world.environ.get("LD_LIBRARY_PATH", "").split(":")
        yield Suspect("LD_LIBRARY_PATH", HERE, tuple(path.rstrip("/") for path in paths if path.startswith("/")))
    for configured in configured_directories(world.host):
        if not DISTRIBUTIONS.match(configured.directory):
            yield Suspect("ld.so.conf", configured.where, (configured.directory,))


def _names(world: World, directory: str) -> tuple[str, ...]:
    """Shared libraries by file name: one whose name the system's own directories have not takes nothing's place."""
    try:
        return tuple(name for name in world.host.list(directory) if ".so" in name)
    except OSError:
        return ()


def _tools(world: World) -> tuple[str, ...]:
    named = (find_program(world.host, name, SYSTEM) for name in TOOLS)
    beside = (path for path in BESIDE if world.host.is_file(path))
    return tuple(dict.fromkeys((*filter(None, named), *beside, *(each.real_path for each in world.interpreters))))


def _ignores(world: World, tool: str, suspect: Suspect) -> bool:
    """ld.so(8), secure-execution mode: set-user-ID programs take no LD_ variable of the caller's."""
    try:
        mode = world.host.stat(tool).st_mode
    except OSError:
        return True
    return suspect.variable.startswith("LD_") and bool(mode & (stat.S_ISUID | stat.S_ISGID))
