"""Scripts in /usr/local/bin and ~/.local/bin that take an OS command's name, or that cannot start any more."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ...facts.defaults import read_shebang
from ...facts.shell_environment import find_program
from ...host import Host
from ...model.damage import DeadScript
from ...model.facts import Owner, OwnerKind
from ...model.impact import CommandShadow, Effect
from ...model.plan import Change
from ..as_user import acting_as
from ..world import World

NAME = "programs"
EVERYBODYS = ("/usr/local/bin", "/usr/local/sbin")
OWN = (".local/bin", "bin")
SYSTEM = ("/usr/bin", "/usr/sbin", "/usr/games")
SYSTEM_PYTHON = "/usr/bin/python3"    # where it is gone, that is a finding of its own
PYTHON = re.compile(r"python3?(\.\d+)?$|pip3?(\.\d+)?$")
USUAL = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]


def find(world: World) -> Iterator[Effect]:
    """One effect a program; what is no script is somebody's build, and counts only as a python or pip."""
    for directory in EVERYBODYS:
        yield from _in(world, directory, "")
    for account in world.accounts:
        with acting_as(world.host, account, world.uid):
            found = [effect for name in OWN for effect in _in(world, f"{account.home}/{name}", account.name)]
        yield from found


def _in(world: World, directory: str, user: str) -> Iterator[Effect]:
    host = world.host
    try:
        names = host.list(directory)
    except OSError:
        return
    for name in names:
        path = f"{directory}/{name}"
        if path in world.packages.owners or not _is_program(host, path):
            continue
        shebang = read_shebang(host, path)
        if shebang and not _is_there(host, shebang, directory):
            yield DeadScript(path, shebang.split(" ")[0], user)
        elif "python" in shebang or PYTHON.match(name):
            yield from _shadows(world, path, name)


def _shadows(world: World, path: str, name: str) -> Iterator[CommandShadow]:
    for place in SYSTEM:
        package = world.packages.owners.get(f"{place}/{name}")
        if package:
            owner = Owner(OwnerKind.OS, package, world.packages.packages[package].version)
            yield CommandShadow(path, f"{place}/{name}", owner, Change(name, "", path.rpartition("/")[0]))
            return


def _is_program(host: Host, path: str) -> bool:
    """A link that leads nowhere is none: it starts nothing, and shells pass it by."""
    try:
        return host.is_file(path) and bool(host.stat(path).st_mode & 0o111)
    except OSError:
        return False


def _is_there(host: Host, shebang: str, directory: str) -> bool:
    words = shebang.split()
    if not words:
        return True
    if os.path.basename(words[0]) == "env":
        names = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        return not names or bool(find_program(host, names[0], [directory, *USUAL]))
    return words[0] == SYSTEM_PYTHON or host.exists(words[0]) or host.exists(shebang)
