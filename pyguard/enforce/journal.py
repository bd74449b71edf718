"""Every refusal and override, one JSON line each, appended where only its owner can write; old lines rotate out."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from collections.abc import Mapping
from typing import Any

from ..errors import PyguardError
from ..installation import system_directory
from .announce import announce

SYSTEM_JOURNAL = "/var/log/pyguard/journal.jsonl"
SYSTEM_SCOPE = f"{system_directory()}/shims"     # where it is, the administrator wants to hear of every user
MOST_BYTES = 1024 * 1024                         # of one file
KEPT = 4                                         # older files: journal.jsonl.1 is the newest of them
LOCK_TRIES = 20
LOCK_PAUSE = 0.005                               # seconds


def journal_path(environ: Mapping[str, str], uid: int) -> str:
    """Root's journal lies in /var/log; a user's below XDG_STATE_HOME, empty when there is no home."""
    if uid == 0:
        return SYSTEM_JOURNAL
    home = environ.get("HOME", "")
    state = environ.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home.startswith("/") else "")
    return f"{state}/pyguard/journal.jsonl" if state.startswith("/") else ""


def journal_files(path: str) -> list[str]:
    """The journal's files in the order of their entries; not all of them need to be there."""
    return [*(f"{path}.{number}" for number in range(KEPT, 0, -1)), path]


def record(path: str, entry: Mapping[str, Any], uid: int) -> None:
    """Append one entry with the time (UTC, ISO 8601). Raises PyguardError when it cannot be kept.

    One write of one line with O_APPEND, so parallel runs do not mix; a link, a FIFO or somebody else's
    file is refused. A full file is put aside first, by one writer at a time. Where pyguard is installed
    for all users, and for root, the entry goes to syslog as well.
    """
    if not path:
        raise PyguardError("no-journal", "there is no place for the journal", hint="set HOME or XDG_STATE_HOME")
    whole = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "uid": uid, **entry}
    if uid == 0 or os.path.isdir(SYSTEM_SCOPE):
        announce(whole)
    data = (json.dumps(whole, ensure_ascii=True) + "\n").encode("ascii")
    try:
        _make_directory(os.path.dirname(path), uid)
        descriptor = _open_for(path, uid, len(data) + 1)    # and a line break that is missing
        try:
            _append(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PyguardError("no-journal", f"the journal could not be written: {error}", path) from error


def _make_directory(directory: str, uid: int) -> None:
    """Nobody else may put or move anything in it: that is what makes rotating safe."""
    os.makedirs(directory, mode=0o700, exist_ok=True)
    status = os.lstat(directory)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid or status.st_mode & 0o022:
        raise OSError(f"{directory} is not a directory that only uid {uid} can change")


def _open_for(path: str, uid: int, length: int) -> int:
    """A locked descriptor of a file with room for so many bytes; where locks do not work, of the file as it is."""
    while True:
        descriptor = _open(path, uid)
        locked = _lock(descriptor)
        if not _is_still(path, descriptor):    # another writer put it aside meanwhile
            os.close(descriptor)
            continue
        size = os.fstat(descriptor).st_size
        if not locked or size == 0 or size + length <= MOST_BYTES:
            return descriptor
        try:
            _rotate(path)
        finally:
            os.close(descriptor)


def _open(path: str, uid: int) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o600)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != uid or status.st_nlink > 1:
        os.close(descriptor)
        raise OSError(f"not a file of uid {uid}'s own")
    return descriptor


def _lock(descriptor: int) -> bool:
    """Waits a tenth of a second at most: who hangs with the lock held stops nobody."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(LOCK_PAUSE)
        except OSError:
            return False    # a file system without locks
    return False


def _is_still(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _rotate(path: str) -> None:
    """Every file moves up by one and the oldest is gone; the caller holds the lock on the newest."""
    files = journal_files(path)
    for older, newer in zip(files, files[1:]):
        if os.path.lexists(newer):
            os.replace(newer, older)


def _append(descriptor: int, data: bytes) -> None:
    """All of it or nothing: what a full disk cuts short is taken back, and what a power cut left ends before it."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        data = b"\n" + data
    written = os.write(descriptor, data)
    if written != len(data):
        if os.fstat(descriptor).st_size == size + written:
            os.ftruncate(descriptor, size)
        raise OSError("no space for the whole entry")
