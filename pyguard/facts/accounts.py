"""A host's passwd file and home directories -> the people whose site directories and start-up files count."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import CollectError
from ..host import Host

LIMIT = 4 * 1024 * 1024
FIRST_PERSON = 1000      # login.defs(5): UID_MIN
NOBODY = 65534
HOMES = "/home"
ROOTS_HOME = "/root"     # hier(7)


class Account(NamedTuple):
    """One line of passwd(5), or a home directory of somebody who has none there (LDAP)."""

    name: str
    uid: int
    gid: int
    home: str


def read_accounts(host: Host) -> tuple[Account, ...]:
    """Root first, then people by uid. Accounts without a home directory of their own are left out."""
    found = {account.home: account for account in _strangers(host)}
    for account in _listed(host):
        if (account.uid == 0 or FIRST_PERSON <= account.uid < NOBODY) and _is_home(host, account):
            found[account.home] = account
    return tuple(sorted(found.values(), key=lambda account: (account.uid, account.name)))


def find_account(host: Host, uid: int, home: str) -> Account:
    """The one with this uid, with the home directory that the caller has.

    For root a HOME that is not root's own is none: `sudo -E` and su(1) keep that of whoever called them.
    """
    account = next((each for each in _listed(host) if each.uid == uid), None)
    if uid == 0:
        account = account or Account(str(uid), uid, uid, ROOTS_HOME)
        return account._replace(home=home) if _is_roots(host, home) else account
    if account is None:
        return Account(str(uid), uid, uid, home)
    return account._replace(home=home or account.home)


def named_account(host: Host, name: str) -> Account:
    """From the host's own passwd file, never from this machine's; root is there without one. Raises CollectError."""
    for account in _listed(host):
        if account.name == name:
            return account
    if host.exists("/etc/passwd"):
        raise CollectError("no-account", f"/etc/passwd has no user {name}")
    if name != "root":
        raise CollectError("no-account", "there is no /etc/passwd to look in")
    return Account(name, 0, 0, ROOTS_HOME)


def accounts_within_reach(host: Host, uid: int, home: str) -> tuple[Account, ...]:
    """The caller's own first; then, for root, everybody's."""
    own = find_account(host, uid, home)
    others = read_accounts(host) if uid == 0 else ()
    return (own, *(account for account in others if account.home != own.home))


def all_homes(host: Host) -> tuple[str, ...]:
    """Everybody's, those of services and of people that passwd does not know among them, there or not."""
    listed = {account.home: None for account in _listed(host) if account.home != "/"}
    return tuple({ROOTS_HOME: None, **listed, **{account.home: None for account in _strangers(host)}})


def _listed(host: Host) -> Iterator[Account]:
    try:
        lines = host.read_text("/etc/passwd", LIMIT).split("\n")
    except OSError:
        return    # an image without users
    for line in lines:
        fields = line.split(":")
        if len(fields) > 5 and fields[2].isdigit() and fields[3].isdigit() and fields[5].startswith("/"):
            yield Account(fields[0], int(fields[2]), int(fields[3]), fields[5].rstrip("/") or "/")


def _is_roots(host: Host, home: str) -> bool:
    """A directory of root's that is reached without a link, which could be another's."""
    try:
        return (home.startswith("/") and host.realpath(home) == os.path.normpath(home) and host.is_dir(home)
                and host.stat(home).st_uid == 0)
    except OSError:
        return False    # it is not there, or a loop of links


def _is_home(host: Host, account: Account) -> bool:
    try:
        return account.home != "/" and host.is_dir(account.home)
    except OSError:
        return False    # a loop of links


def _strangers(host: Host) -> Iterator[Account]:
    """Directories below /home whose owner passwd does not know."""
    try:
        names = host.list(HOMES)
    except OSError:
        return
    for name in names:
        try:
            status = host.stat(f"{HOMES}/{name}", follow=False)
        except OSError:
            continue
        if status.st_uid >= FIRST_PERSON and host.is_dir(f"{HOMES}/{name}") and not host.is_link(f"{HOMES}/{name}"):
            yield Account(name, status.st_uid, status.st_gid, f"{HOMES}/{name}")
