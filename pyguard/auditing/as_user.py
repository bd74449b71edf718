"""Root looks into a user's home as that user: what they could not read, no link of theirs makes root read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from ..facts.accounts import Account
from ..host import Host


@contextlib.contextmanager
def acting_as(host: Host, account: Account, uid: int) -> Iterator[None]:
    """Effective ids of the account while it lasts. In a tree that is only looked at nothing changes.

    A tree's links are followed inside the tree, whoever they belong to.
    """
    if host.root or uid != 0 or account.uid == 0:
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups([account.gid])
    os.setegid(account.gid)
    os.seteuid(account.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)
