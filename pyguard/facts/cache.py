"""A text and the key it holds for, kept in a file; back it comes only for that key and from a trusted file.

The one place below `facts` that writes. What cannot be written is simply not kept; what another user could
have written is not read.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Sequence
from typing import Optional

LARGEST = 64 * 1024 * 1024
MOST_LINKS = 40    # as the kernel follows
FOREIGN_WRITE = stat.S_IWGRP | stat.S_IWOTH


def read_cached(directories: Sequence[str], name: str, key: str, uid: int) -> Optional[str]:
    """The text kept under that name for that key, from the first directory that has it; else None.

    Directory and file have to belong to `uid` or root, and nobody else may write to them.
    """
    for directory in directories:
        text = _read_one(directory, name, key, uid)
        if text is not None:
            return text
    return None


def write_cached(directories: Sequence[str], name: str, key: str, text: str, uid: int) -> bool:
    """Keep a text in the first directory that takes it; False when none does (full, read-only, foreign)."""
    body = text.encode("utf-8")
    content = f"{zlib.crc32(body):08x} {key}\n".encode() + body
    return any(_write_one(directory, name, content, uid) for directory in directories)


def _read_one(directory: str, name: str, key: str, uid: int) -> Optional[str]:
    try:
        parent = _open_directory(directory, uid)
    except OSError:
        return None
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or not is_trusted(status, uid):
                return None
            head, _, body = file.read(LARGEST).partition(b"\n")
        checksum, _, held = head.partition(b" ")
        if held != key.encode() or checksum != f"{zlib.crc32(body):08x}".encode():
            return None
        return body.decode("utf-8")
    except (OSError, UnicodeError):
        return None
    finally:
        os.close(parent)


def _write_one(directory: str, name: str, content: bytes, uid: int) -> bool:
    try:
        _make_directory(directory, uid)
        parent = _open_directory(directory, uid)
    except OSError:
        return False
    temporary = f".{name}.{os.getpid()}"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o600, dir_fd=parent), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
        return True
    except OSError:
        _forget(temporary, parent)
        return False
    finally:
        os.close(parent)


def _forget(name: str, parent: int) -> None:
    try:
        os.unlink(name, dir_fd=parent)
    except OSError:
        pass    # it was never made


def _open_directory(path: str, uid: int) -> int:
    """A descriptor of a directory that only `uid` or root can write to; else OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not is_trusted(os.fstat(descriptor), uid):
        os.close(descriptor)
        raise PermissionError(f"not trusted: {path}")
    return descriptor


def _make_directory(path: str, uid: int) -> None:
    """Root makes nothing below what somebody else can rename or link away."""
    if os.path.isdir(path):
        return
    foreign = find_foreign(os.path.dirname(os.path.abspath(path))) if uid == 0 else ""
    if foreign:
        raise PermissionError(f"not root's: {foreign}")
    os.makedirs(path, 0o700, exist_ok=True)


def find_foreign(path: str) -> str:
    """The first directory or link on the way to an absolute path in which others than root could put another thing.

    Empty where there is none, as far as the path is there. In a sticky directory what is root's stays where it is.
    """
    here, todo, links = "/", path.split("/")[::-1], 0
    while os.path.lexists(here):
        status = os.lstat(here)
        if stat.S_ISLNK(status.st_mode):
            links += 1
            if status.st_uid != 0 or links > MOST_LINKS:
                return here
            target = os.readlink(here)
            todo += target.split("/")[::-1]
            here = "/" if target.startswith("/") else os.path.dirname(here)
        elif not is_safe_parent(status):
            return here
        while todo and todo[-1] in ("", "."):
            todo.pop()
        if not todo:
            return ""
        name = todo.pop()
        here = os.path.dirname(here) if name == ".." else os.path.join(here, name)
    return ""


def is_safe_parent(status: os.stat_result) -> bool:
    """A directory in which what is root's stays where root has put it."""
    return is_trusted(status, 0) or (status.st_uid == 0 and bool(status.st_mode & stat.S_ISVTX))


def is_trusted(status: os.stat_result, uid: int) -> bool:
    """Owned by `uid` or root, and writable by its owner alone."""
    return status.st_uid in (0, uid) and not status.st_mode & FOREIGN_WRITE
