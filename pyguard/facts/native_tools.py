"""The native programs that matter, and what would be loaded before the operating system's own libraries."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..host import Host
from .native import configured_directories
from .shell_environment import find_program
from .variables import HERE, Assignment

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


def native_tools(host: Host, interpreters: Iterable[str]) -> tuple[str, ...]:
    """Those that are there, and the interpreters, by their real paths."""
    named = (find_program(host, name, SYSTEM) for name in TOOLS)
    beside = (path for path in BESIDE if host.is_file(path))
    return tuple(dict.fromkeys((*filter(None, named), *beside, *interpreters)))


def find_suspects(host: Host, assignments: Iterable[Assignment], homes: Mapping[str, str],
                  environ: Mapping[str, str]) -> Iterator[Suspect]:
    """By LD_LIBRARY_PATH, LD_PRELOAD and ld.so.conf. `homes`: by the names of accounts; `environ`: the caller's."""
    is_set = False
    for found in assignments:
        if found.variable == "LD_LIBRARY_PATH" and found.understood:
            is_set = True
            yield Suspect(found.variable, found.where, found.entries(homes.get(found.user, "/root")), user=found.user)
        elif found.variable == "LD_PRELOAD":
            files = tuple(re.split(r"[:\s]+", found.value))
            yield Suspect(found.variable, found.where, (), tuple(path for path in files if path.startswith("/")),
                          found.user)
    if not host.root and not is_set:
        paths = environ.get("LD_LIBRARY_PATH", "").split(":")
        yield Suspect("LD_LIBRARY_PATH", HERE, tuple(path.rstrip("/") for path in paths if path.startswith("/")))
    for configured in configured_directories(host):
        if not DISTRIBUTIONS.match(configured.directory):
            yield Suspect("ld.so.conf", configured.where, (configured.directory,))


def library_names(host: Host, directory: str) -> tuple[str, ...]:
    """Shared libraries by file name: one whose name the system's own directories have not takes nothing's place."""
    try:
        return tuple(name for name in host.list(directory) if ".so" in name)
    except OSError:
        return ()


def ignores(host: Host, tool: str, suspect: Suspect) -> bool:
    """ld.so(8), secure-execution mode: set-user-ID programs take no LD_ variable of the caller's."""
    try:
        mode = host.stat(tool).st_mode
    except OSError:
        return True
    return suspect.variable.startswith("LD_") and bool(mode & (stat.S_ISUID | stat.S_ISGID))
