"""Text becomes a file's new content: whole or not at all, in the directory that was named and in no other."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time

from ..errors import PyguardError
from .reach import open_directory

STREAM = re.compile(r"/+(?:dev|proc/self)/fd/(\d+)$")
STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
MEMORY = {(1, 3), (1, 5), (1, 7)}                           # /dev/null, zero and full
TERMINALS = {4, 5, *range(136, 144), 188, 204, 229}         # of a device of any other kind, opening may do something
PATIENCE = 10.0                                             # seconds for a reader of a pipe to come
PAUSE = 0.02


def replace_file(path: str, text: str, uid: int, mode: int | None = None, theirs: bool = False) -> None:
    """Write beside it and rename. Raises PyguardError; the old file is then as it was.

    A file of `uid`'s own keeps its mode unless another one is given, and somebody else's keeps mode and owner only with
    `theirs`: who has put it there may have done so to choose them. A link gives way to the file.

    What the path itself says to be a pipe, a terminal or /dev/null is written to and stays what it is; what is no file
    otherwise is left alone, and so is everything that lies in /dev.
    """
    data = text.encode("utf-8", "surrogateescape")
    try:
        own = _own_stream(path)
        if own is not None:
            _write(os.dup(own), data)
            return
        directory, name = os.path.split(path)
        parent = open_directory(directory, uid)
        try:
            old = _look(parent, name)
            if old is not None and not stat.S_ISREG(old.st_mode) and not stat.S_ISLNK(old.st_mode):
                _write_into(parent, name, old, data, uid)
                return
            if not name or _is_of_devices(parent) or directory.startswith("/proc/"):
                raise OSError(errno.ENXIO, "no file can be made there")
            kept = old if old is not None and stat.S_ISREG(old.st_mode) and (theirs or old.st_uid == uid) else None
            _replace(parent, name, data, kept, mode)
        finally:
            os.close(parent)
    except OSError as error:
        raise PyguardError("not-written", f"{path} cannot be written: {error.strerror}", path) from error


def _own_stream(path: str) -> int | None:
    """The descriptor that a path names. It is written to as it is: opened again, a file would lose what is in it."""
    plain = re.sub("^/+", "/", os.path.normpath(path))
    named = STREAM.match(plain)
    return int(named[1]) if named else STREAMS.get(plain)


def _is_of_devices(parent: int) -> bool:
    return os.path.isdir("/dev") and os.path.samestat(os.fstat(parent), os.stat("/dev"))


def _look(parent: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _write_into(parent: int, name: str, old: os.stat_result, data: bytes, uid: int) -> None:
    if stat.S_ISDIR(old.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    device = (os.major(old.st_rdev), os.minor(old.st_rdev))
    if stat.S_ISFIFO(old.st_mode):
        if old.st_uid not in (0, uid):
            raise OSError(errno.EPERM, "it is a pipe of somebody else's")
    elif not stat.S_ISCHR(old.st_mode) or (device not in MEMORY and device[0] not in TERMINALS):
        raise OSError(errno.EINVAL, "it is neither a file nor a pipe nor a terminal")
    descriptor = _open_for_reader(parent, name, time.monotonic() + PATIENCE)
    if not os.path.samestat(old, os.fstat(descriptor)):
        os.close(descriptor)
        raise OSError(errno.EBUSY, "somebody has put something else there")
    os.set_blocking(descriptor, True)
    _write(descriptor, data)


def _open_for_reader(parent: int, name: str, until: float) -> int:
    """A pipe that nobody reads is no reason to hang for ever."""
    while True:
        try:
            return os.open(name, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC,
                           dir_fd=parent)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() >= until:
                raise OSError(errno.ENXIO, "nobody reads from it") from error
            time.sleep(PAUSE)


def _write(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _replace(parent: int, name: str, data: bytes, kept: os.stat_result | None, mode: int | None) -> None:
    """All of it by descriptors: whoever may rename things there changes nothing but what is theirs."""
    beside = f".pyguard-{os.urandom(8).hex()}"
    mode = stat.S_IMODE(kept.st_mode) & 0o777 if mode is None and kept else mode
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
                         0o666 if mode is None else 0o600, dir_fd=parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if kept:
                _give(descriptor, kept)
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.flush()
            os.fsync(descriptor)
        os.replace(beside, name, src_dir_fd=parent, dst_dir_fd=parent)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside, dir_fd=parent)
        raise


def _give(descriptor: int, kept: os.stat_result) -> None:
    """As far as it may be done: only root gives files away."""
    made = os.fstat(descriptor)
    if (made.st_uid, made.st_gid) == (kept.st_uid, kept.st_gid):
        return
    try:
        os.fchown(descriptor, kept.st_uid, kept.st_gid)
    except OSError:
        with contextlib.suppress(OSError):
            os.fchown(descriptor, -1, kept.st_gid)
