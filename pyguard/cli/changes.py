"""Where changes are recorded, the machine's or the user's own, and how root takes back a user's part of one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from ..enforce.changes.transaction import locked
from ..enforce.changes.undo import Settled, find_change, take_back
from ..errors import PyguardError
from ..facts.accounts import Account, read_accounts
from ..host import Host
from ..render.words import printable
from .as_account import run_as
from .caller import find_home
from .hook_targets import SYSTEM_STATE, USER_STATE


def changes_directory(environ: Mapping[str, str], uid: int) -> str:
    """Root's lies in /var/lib, where no variable leads elsewhere; a user's in the home."""
    if uid == 0:
        return f"{SYSTEM_STATE}/changes"
    home = find_home(environ, uid)
    if not home.startswith("/"):
        raise PyguardError("no-state", "there is no place to record changes in", hint="set HOME")
    return f"{home.rstrip('/')}/{USER_STATE}/changes"


@contextlib.contextmanager
def telling_interruption(directory: str, identifier: str, stderr: TextIO) -> Iterator[None]:
    """Ctrl-C leaves a change that is half done, or half taken back: that is said, unless nothing was begun yet."""
    try:
        yield
    except KeyboardInterrupt:
        if os.path.isdir(os.path.join(directory, identifier)):
            stderr.write(f"pyguard: interrupted: pyguard undo takes back what there is of {identifier}\n")
        raise


def tell_settled(settled: Sequence[Settled], stdout: TextIO, stderr: TextIO) -> bool:
    """What was interrupted before and is taken back now; what had to be left goes to stderr, and makes it True."""
    for change in settled:
        stdout.write(change.said + "\n")
        for line in change.left:
            stderr.write(printable(f"pyguard: {line}") + "\n")
    return any(change.left for change in settled)


def undo_of_user(name: str, identifier: str) -> list[str]:
    """With that user's rights; what had to be left, in words. Raises PyguardError when their part fails."""
    account = next((each for each in read_accounts(Host()) if each.name == name), None)
    if account is None:
        return [f"{name}: there is no such account any more"]
    found: list[str] = run_as(account.uid, account.gid, account.home, lambda: _take_back(account, identifier))
    return found


def _take_back(account: Account, identifier: str) -> list[str]:
    directory = changes_directory({"HOME": account.home}, account.uid)
    with locked(directory, account.uid):
        try:
            return take_back(find_change(directory, identifier))
        except PyguardError as error:
            if error.reference == "no-such-change":
                return []    # it was interrupted before anything was done there
            raise
