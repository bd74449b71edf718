"""A change to the machine, step by step: each in the journal before it is done, with what it takes to undo it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...errors import PyguardError
from . import data_files, files, traces
from .files import NewFile
from .journal import KEPT, Journal, read_change, sync_directory

LOCK = "lock"
CLOCK = 20_000_000    # ns: by less than that the kernel's time stamps lag behind its clock (a tick)
USER = "user"    # an operation that is a change of its own, in a user's home and with that user's rights


class Transaction:
    """One change being made. Paths are absolute; raises OSError for a step that could not be done."""

    def __init__(self, directory: str, head: Mapping[str, Any]) -> None:
        self.journal = Journal(directory)
        self.journal.begin(head)
        self.number = 0
        self.running = False

    def quarantine(self, path: str) -> None:
        """Move it away, with all that is below it."""
        kept = self._kept()
        self._note("move", path, kept)
        files.move(path, kept)

    def put(self, path: str, new: NewFile) -> None:
        """Write a file or a link, keeping what was there; its directories are made."""
        self._make_directories(os.path.dirname(path))
        kept = self._kept() if os.path.lexists(path) else ""
        self._note("put", path, kept, digest=digest_of_new(new))
        if kept:
            files.copy(path, kept)
        if os.path.isdir(path) and not os.path.islink(path):
            files.remove(path)
        files.place(path, new)

    def save(self, path: str, again: Sequence[str] = ()) -> None:
        """Keep what is there, before a program changes it; `again` makes it anew where others have changed it since."""
        kept = self._kept() if os.path.lexists(path) else ""
        self._note("save", path, kept, again=list(again))
        if kept:
            files.copy(path, kept)

    def snapshot(self, path: str, without: Sequence[str] = ()) -> str:
        """Keep a directory, or that there is none, before a program works in it; where it is kept.

        `without`: names in it that the program may do with as it likes. Where a link leads to counts: that is where
        the program works.
        """
        path = os.path.realpath(path)
        if f"{os.path.realpath(self.journal.directory)}/".startswith(f"{path.rstrip('/')}/"):
            raise OSError(22, f"pyguard's own records lie in {path}")
        kept = self._kept() if os.path.isdir(path) else ""
        parent = path
        while not os.path.isdir(os.path.dirname(parent)):
            parent = os.path.dirname(parent)    # taking back removes what was made on the way
        self._note("tree", parent if not kept else path, kept, since=time.time_ns() - CLOCK, without=list(without))
        if kept:
            files.copy(path, kept, without)
        return kept

    def keep_data(self, data: str, snapshots: Mapping[str, str]) -> None:
        """Keep what an install may change below a prefix outside of `snapshots`: directories, each with its copy."""
        kept, covered = self._kept(), sorted(snapshots)
        before = frozenset[str]().union(*(
            data_files.recorded(site, place, data, covered) for site, place in snapshots.items() if place))
        self._note("data", data, kept, covered={site: os.path.basename(place) for site, place in snapshots.items()},
                   since=time.time_ns() - CLOCK)
        data_files.keep(data, covered, before, kept)

    def beat(self) -> None:
        """The program runs, or is about to: as of now."""
        path = os.path.join(self.journal.directory, traces.RUNNING)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.utime(descriptor)
            if not self.running:
                os.fsync(descriptor)
                sync_directory(self.journal.directory)
                self.running = True
        finally:
            os.close(descriptor)

    def ran(self) -> None:
        """The program has ended: write down what it left, before others change it."""
        directory = self.journal.directory
        traces.write(directory, traces.Traces(traces.look(read_change(directory))))

    def note_user(self, account: str, identifier: str) -> None:
        """A user's part of the change, which is a change of that name in their home."""
        self.journal.write({"op": USER, "account": account, "id": identifier})

    def finish(self, mark: str = "done", reason: str = "") -> None:
        """Nothing more follows."""
        self.journal.write({"mark": mark, **({"reason": reason} if reason else {})})

    def _make_directories(self, path: str) -> None:
        missing = []
        while not os.path.isdir(path):
            missing.append(path)
            path = os.path.dirname(path)
        for directory in reversed(missing):
            self._note("make", directory, "")
            os.mkdir(directory, 0o755)
            os.chmod(directory, 0o755)

    def _kept(self) -> str:
        self.number += 1
        return os.path.join(self.journal.directory, KEPT, f"{self.number:06}")

    def _note(self, kind: str, path: str, kept: str, **more: Any) -> None:
        parent = os.stat(os.path.dirname(path))
        self.journal.write({"op": kind, "path": path, "kept": os.path.basename(kept),
                            "parent": [parent.st_atime_ns, parent.st_mtime_ns], **more})


@contextlib.contextmanager
def locked(directory: str, uid: int) -> Iterator[None]:
    """One change of `uid`'s at a time. Raises PyguardError where another one is being made."""
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        status = os.lstat(directory)
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid or status.st_mode & 0o022:
            raise PyguardError("unsafe-directory", f"{directory} is not a directory that only its owner can change")
        descriptor = os.open(os.path.join(directory, LOCK),
                             os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise PyguardError("no-state", f"changes cannot be recorded in {directory}: {error.strerror}",
                           hint="nothing was changed") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PyguardError("busy", "another pyguard is changing this machine",
                               hint="wait until it has finished, then try again") from error
        yield
    finally:
        os.close(descriptor)


def digest_of_new(new: NewFile) -> str:
    """What a path has to have for being just as it was written."""
    return digest(b"link " + os.fsencode(new.link) if new.link else b"file " + new.data)


def digest(data: bytes) -> str:
    """As the journal has it: SHA-256."""
    return hashlib.sha256(data).hexdigest()
