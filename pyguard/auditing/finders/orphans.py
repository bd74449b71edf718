"""Site directories of Python versions that are gone, after an upgrade of the distribution or of a user's Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...facts.accounts import Account
from ...host import Host
from ...model.damage import OrphanedSite
from ..as_user import acting_as
from ..world import World

NAME = "site directories"
LIBRARY = re.compile(r"python(\d\.\d+)$")
ENDS = (("dist-packages", "site-packages"))
PROGRAMS = ("/usr/bin", "/usr/local/bin", "/usr/libexec", "/opt/bin")
GENERATED = frozenset(("__pycache__",))


def find(world: World) -> Iterator[OrphanedSite]:
    """One effect a directory that holds something and that no Python here would look at."""
    for library in ("/usr/local/lib", "/usr/local/lib64"):
        yield from _below(world.host, library, "", ())
    for account in world.accounts:
        with acting_as(world.host, account, world.uid):
            found = list(_below(world.host, f"{account.home}/.local/lib", account.name, _own_programs(account)))
        yield from found


def _own_programs(account: Account) -> tuple[str, ...]:
    """pyenv, uv and conda give a user Pythons of versions that the system has not: those use the user site too."""
    return (f"{account.home}/.local/bin", f"{account.home}/miniconda3/bin", f"{account.home}/miniforge3/bin",
            f"{account.home}/anaconda3/bin")


def _below(host: Host, library: str, user: str, programs: tuple[str, ...]) -> Iterator[OrphanedSite]:
    try:
        names = host.list(library)
    except OSError:
        return
    for name in names:
        match = LIBRARY.match(name)
        if not match or any(host.exists(f"{place}/{name}") for place in (*PROGRAMS, *programs)) or _managed(
                host, library, match[1]):
            continue
        for end in ENDS:
            holds = _holds(host, f"{library}/{name}/{end}")
            if holds:
                yield OrphanedSite(f"{library}/{name}/{end}", match[1], holds, user)


def _managed(host: Host, library: str, version: str) -> bool:
    """A version manager of this user has it."""
    home = library[:-len("/.local/lib")] if library.endswith("/.local/lib") else ""
    for place in ("/.pyenv/versions", "/.local/share/uv/python", "/.asdf/installs/python") if home else ():
        try:
            if any(f"{version}." in name for name in host.list(home + place)):
                return True
        except OSError:
            continue
    return False


def _holds(host: Host, path: str) -> tuple[str, ...]:
    try:
        return tuple(name for name in host.list(path) if name not in GENERATED)
    except OSError:
        return ()
