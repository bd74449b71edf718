"""Lines that put a directory with programs of the operating system's names in front of PATH, conda's init too."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from ...facts.enumerate import conda_bases
from ...facts.variables import DIRECTORIES, EVERYBODY, OWN, Assignment, start_up_lines
from ...host import Host
from ...model.damage import PathShadow
from ...model.impact import CondaBaseActivated, Effect
from ..as_user import acting_as
from ..world import World

NAME = "PATH"
TELLING = ("python3", "python", "pip", "pip3", "ssh", "ssh-keygen", "sftp", "git", "curl", "bash", "sudo",
           "dbus-daemon", "qmake", "openssl", "gsettings", "xdg-open")
SYSTEM = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/games",
          "/usr/local/games", "/snap/bin")
CONDA_BLOCK = "# >>> conda initialize >>>"
CONDARC = ("/etc/conda/.condarc", "/etc/conda/condarc", "/var/lib/conda/.condarc")


def find(world: World) -> Iterator[Effect]:
    """One effect a line; a venv of one's own on PATH is somebody's choice and shadows nothing but python and pip."""
    for account in world.accounts:
        with acting_as(world.host, account, world.uid):
            found = [effect for each in world.assignments if each.variable == "PATH" and each.user == account.name
                     for effect in _shadow(world.host, each, account.home, account.name)]
            found += _conda(world, account.home, account.name, tuple(f"{account.home}/{name}" for name in OWN))
        yield from found
    for each in world.assignments:
        if each.variable == "PATH" and not each.user:
            yield from _shadow(world.host, each, "/root", "")
    yield from _conda(world, "", "", _everybodys(world.host))


def _everybodys(host: Host) -> tuple[str, ...]:
    found = list(EVERYBODY)
    for directory, ends in DIRECTORIES:
        if host.is_dir(directory):
            found += [f"{directory}/{name}" for name in host.list(directory) if name.endswith(ends)]
    return tuple(found)


def _shadow(host: Host, found: Assignment, home: str, user: str) -> Iterator[Effect]:
    """Directories that stand before the rest of PATH, or before the system's own where all are named."""
    for directory in found.entries(home, in_front=True):
        if directory in SYSTEM:
            break
        commands = tuple(name for name in TELLING
                         if os.access(host.locate(f"{directory}/{name}"), os.F_OK) and _is_the_systems(host, name))
        if commands:
            yield PathShadow(directory, found.where, commands, user)


def _is_the_systems(host: Host, name: str) -> bool:
    return host.exists(f"/usr/bin/{name}") or name in ("python", "python3")


def _conda(world: World, home: str, user: str, files: tuple[str, ...]) -> Iterator[Effect]:
    """`conda init`'s block, unless a .condarc says auto_activate_base: false."""
    host = world.host
    for path in files:
        lines = start_up_lines(host, path)
        for number, line in enumerate(lines, 1):
            if line.strip() == CONDA_BLOCK and not _is_switched_off(host, home):
                yield CondaBaseActivated(f"`conda init` in {path}:{number}")


def _is_switched_off(host: Host, home: str) -> bool:
    bases = (f"{base}/.condarc" for base in conda_bases(host, {}, home))
    for path in (*CONDARC, *bases, posixpath.join(home, ".condarc"), posixpath.join(home, ".conda/.condarc")):
        for line in start_up_lines(host, path):
            name, _, value = line.partition(":")
            if name.strip() in ("auto_activate_base", "auto_activate") and value.split("#")[0].strip().lower() in (
                    "false", "no", "off"):
                return True
    return False
