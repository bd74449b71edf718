"""A path in, a descriptor of the directory out: for root by no link that somebody else could have put in the way."""

from __future__ import annotations

import errno
import os
import stat

from ..errors import PyguardError
from ..facts.cache import MOST_LINKS, is_safe_parent

DIRECTORY = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC


def open_directory(path: str, uid: int) -> int:
    """What is done by the descriptor is done there, whatever becomes of the path. Raises OSError and PyguardError.

    Root may go into everybody's directories, but from there on by no link: it would lead root where they want it.
    """
    if uid != 0:
        return os.open(path or ".", DIRECTORY)
    here, todo = os.open("/" if path.startswith("/") else ".", DIRECTORY), path.split("/")[::-1]
    theirs, links = False, 0
    try:
        while todo:
            name = todo.pop()
            if name in ("", "."):
                continue
            theirs = theirs or not is_safe_parent(os.fstat(here))
            target = _read_link(here, name, theirs, path)
            if target:
                links += 1
                if links > MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                todo += target.split("/")[::-1]
            if not target or target.startswith("/"):
                below = os.open("/" if target else name, DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
                os.close(here)
                here = below
        return here
    except BaseException:
        os.close(here)
        raise


def _read_link(directory: int, name: str, theirs: bool, path: str) -> str:
    """Where a link of root's own leads; empty for what is none."""
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    if not stat.S_ISLNK(status.st_mode):
        return ""
    if theirs or status.st_uid != 0:
        raise PyguardError("not-roots", f"on the way to {path} others than root can change where {name} leads to",
                           hint="name the directory that is meant")
    return os.readlink(name, dir_fd=directory)
