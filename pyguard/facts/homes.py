"""A host and who asks -> the home directories that are theirs to look into: one's own, every user's for root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..host import Host
from .places import find_home

FIRST_USER = 1000    # below are the distribution's own accounts (login.defs, UID_MIN)
NOBODY = 65534


class Home(NamedTuple):
    """A user's home directory."""

    user: str
    uid: int
    path: str


def find_homes(host: Host, environment: Mapping[str, str], uid: int) -> tuple[Home, ...]:
    """The asking user's home first; then, for root, those of /etc/passwd that are there."""
    own = find_home(host, environment, uid)
    found = {own: Home(environment.get("USER", ""), uid, own)} if own.startswith("/") else {}
    if uid == 0:
        for home in _accounts(host):
            if home.path not in found and host.is_dir(home.path):
                found[home.path] = home
    return tuple(found.values())


def _accounts(host: Host) -> tuple[Home, ...]:
    try:
        lines = host.read_text("/etc/passwd").splitlines()
    except OSError:
        return ()    # an image without users
    homes = []
    for line in lines:
        fields = line.split(":")
        if len(fields) > 5 and fields[2].isdigit() and fields[5].startswith("/"):
            number = int(fields[2])
            if number == 0 or FIRST_USER <= number < NOBODY:
                homes.append(Home(fields[0], number, fields[5].rstrip("/") or "/"))
    return tuple(homes)
