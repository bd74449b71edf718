"""A change to the machine, step by step on record, and the way back: exactly what was there, also after a crash.

Every step is written to the journal before it is done. Taking back goes from the last step to the first and looks at
what is really there, so that it can be interrupted and repeated at any point.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...errors import PyguardError
from . import files
from .files import NewFile
from .journal import KEPT, Change, Journal, list_changes, read_change

LOCK = "lock"
GONE = ("undone", "purged")    # nothing is kept any more
USER = "user"    # an operation that is a change of its own, in a user's home and with that user's rights
Elsewhere = Callable[[str, str], list[str]]


def nobody(account: str, identifier: str) -> list[str]:
    """For changes without a user's part."""
    return [f"{account}: {identifier} is that user's own: pyguard undo {identifier}"]


class Transaction:
    """One change being made. Paths are absolute; raises OSError for a step that could not be done."""

    def __init__(self, directory: str, head: Mapping[str, Any]) -> None:
        self.journal = Journal(directory)
        self.journal.begin(head)
        self.number = 0

    def quarantine(self, path: str) -> None:
        """Move it away, with all that is below it."""
        kept = self._kept()
        self._note("move", path, kept)
        files.move(path, kept)

    def put(self, path: str, new: NewFile) -> None:
        """Write a file or a link, keeping what was there; its directories are made."""
        self._make_directories(os.path.dirname(path))
        kept = self._kept() if os.path.lexists(path) else ""
        self._note("put", path, kept, digest=_digest_of_new(new))
        if kept:
            files.copy(path, kept)
        if os.path.isdir(path) and not os.path.islink(path):
            files.remove(path)
        files.place(path, new)

    def save(self, path: str) -> None:
        """Keep what is there, before a program changes it."""
        kept = self._kept() if os.path.lexists(path) else ""
        self._note("save", path, kept)
        if kept:
            files.copy(path, kept)

    def snapshot(self, path: str) -> None:
        """Keep a whole directory, or that there is none, before a program works in it."""
        kept = self._kept() if os.path.isdir(path) else ""
        parent = path
        while not os.path.isdir(os.path.dirname(parent)):
            parent = os.path.dirname(parent)    # taking back removes what was made on the way
        self._note("tree", parent if not kept else path, kept)
        if kept:
            files.copy(path, kept)

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

    def _note(self, kind: str, path: str, kept: str, **more: str) -> None:
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


def take_back(change: Change, elsewhere: Elsewhere = nobody) -> list[str]:
    """Undo it, from the last step to the first; returns what had to be left because others changed it since.

    `elsewhere` takes back what was noted as a user's part.
    """
    if change.state in GONE:
        return []
    journal = Journal(change.directory)
    left = []
    for at in reversed(range(len(change.operations))):
        if at in change.back:
            continue
        said = _take_back_one(change, change.operations[at], elsewhere)
        left += said
        if not said:
            with contextlib.suppress(OSError):    # on a full disk it goes on: the mark only helps after a crash
                journal.write({"mark": "undoing", "at": at})
    if not left:
        files.remove(os.path.join(change.directory, KEPT))    # frees the space that the mark may need
        if change.head:
            journal.write({"mark": "undone"})
    return left


def _take_back_one(change: Change, operation: Mapping[str, Any], elsewhere: Elsewhere) -> list[str]:
    if operation["op"] == USER:
        return elsewhere(operation["account"], operation["id"])
    said = _UNDO[operation["op"]](change, operation)
    parent = os.path.dirname(operation["path"])
    if not said and os.path.isdir(parent):
        with contextlib.suppress(PermissionError):    # who may not set its times could change nothing in it either
            os.utime(parent, ns=tuple(operation["parent"]))
    return [said] if said else []


def settle(directory: str, elsewhere: Elsewhere = nobody) -> list[str]:
    """Take back what was interrupted; the ids. Changes that failed and said so are left for `undo`."""
    found = [change for change in list_changes(directory) if change.state in ("open", "undoing")]
    for change in reversed(found):
        take_back(change, elsewhere)
        if not change.head:
            files.remove(change.directory)
    return [change.id for change in found]


def find_change(directory: str, identifier: str = "") -> Change:
    """The named one, else the newest that is not undone. Raises PyguardError when there is none."""
    changes = [change for change in list_changes(directory) if change.id == identifier
               or (not identifier and change.state not in GONE)]
    if not changes:
        raise PyguardError("no-such-change", f"there is no change {identifier}".rstrip() + " to take back",
                           hint="pyguard history lists them")
    if changes[-1].state == "purged":
        raise PyguardError("purged", f"what {identifier} kept was deleted for good")
    return read_change(changes[-1].directory)


def _undo_move(change: Change, operation: Mapping[str, Any]) -> str:
    """Back to its place. Where both are there, the copy to another disk had not been followed by the removal."""
    path, kept = operation["path"], _kept(change, operation)
    files.remove(files.temporary(kept))
    files.remove(files.temporary(path))
    if not os.path.lexists(kept):
        return ""
    if os.path.lexists(path):
        return _undo_half_moved(path, kept)
    _bring_back(kept, path)
    return ""


def _undo_half_moved(path: str, kept: str) -> str:
    """The same thing twice, the first of them perhaps not whole any more; anything else is somebody else's."""
    if os.path.isdir(path) and os.path.isdir(kept) and not os.path.islink(path):
        if not _is_part_of(path, kept):
            return f"{path}: something else is there now; what was moved away stays in {kept}"
        files.remove(path)
        _bring_back(kept, path)
        return ""
    if _same(path, kept):
        files.remove(kept)
        return ""
    return f"{path}: something else is there now; what was moved away stays in {kept}"


def _undo_put(change: Change, operation: Mapping[str, Any]) -> str:
    path, kept = operation["path"], _kept(change, operation)
    files.remove(files.temporary(path))
    if operation["kept"]:
        files.remove(files.temporary(kept))
        if not os.path.lexists(kept):
            return ""    # it was not even kept, so it was not written over
        if os.path.lexists(path) and _digest_at(path) != operation["digest"] and not _same(path, kept):
            return f"{path}: was changed since, and was left"
        if not _same(path, kept):
            beside = files.temporary(path)
            files.copy(kept, beside)
            if os.path.isdir(kept) and not os.path.islink(kept):
                files.remove(path)
            os.rename(beside, path)
        return ""
    if os.path.lexists(path):
        if _digest_at(path) != operation["digest"]:
            return f"{path}: was changed since, and was left"
        files.remove(path)
    return ""


def _undo_save(change: Change, operation: Mapping[str, Any]) -> str:
    path, kept = operation["path"], _kept(change, operation)
    if operation["kept"] and os.path.lexists(kept):
        beside = files.temporary(path)
        files.remove(beside)
        files.copy(kept, beside)
        os.rename(beside, path)
    elif not operation["kept"]:
        files.remove(path)
    return ""


def _undo_tree(change: Change, operation: Mapping[str, Any]) -> str:
    """Entry by entry, so that what was not touched is there at every moment."""
    path, kept = operation["path"], _kept(change, operation)
    if not operation["kept"]:
        files.remove(path)
    else:
        files.remove(files.temporary(kept))
        if os.path.isdir(kept):    # it was kept whole, or the program had not begun
            os.makedirs(path, exist_ok=True)
            files.mirror(kept, path)
    return ""


def _undo_make(change: Change, operation: Mapping[str, Any]) -> str:
    path = operation["path"]
    try:
        if os.listdir(path) == ["__pycache__"]:    # an interpreter has imported what was brought there
            files.remove(f"{path}/__pycache__")
        os.rmdir(path)
    except OSError:
        pass    # gone already, or others have put something there: it is theirs now
    return ""


_UNDO = {"move": _undo_move, "put": _undo_put, "save": _undo_save, "make": _undo_make,
         "tree": _undo_tree}


def _kept(change: Change, operation: Mapping[str, Any]) -> str:
    return os.path.join(change.directory, KEPT, os.path.basename(operation["kept"]) or "-")


def _bring_back(kept: str, path: str) -> None:
    """The directories that led there may be gone with what else was moved."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.rename(kept, path)
    except OSError as error:
        if error.errno != 18:    # EXDEV
            raise
        files.copy(kept, path)    # what is kept goes with the rest, when everything is back


def _digest_of_new(new: NewFile) -> str:
    return _digest(b"link " + os.fsencode(new.link) if new.link else b"file " + new.data)


def _digest_at(path: str) -> str:
    """As `_digest_of_new` had it; something else's is another."""
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return _digest(b"link " + os.fsencode(os.readlink(path)))
    if not stat.S_ISREG(mode):
        return ""
    with open(path, "rb") as file:
        return _digest(b"file " + file.read())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _same(path: str, other: str) -> bool:
    """The same kind with the same content; of directories, everything below them."""
    if not os.path.lexists(path):
        return False
    if os.path.isdir(path) and not os.path.islink(path):
        return os.path.isdir(other) and not os.path.islink(other) and _is_part_of(path, other) and _is_part_of(
            other, path)
    return stat.S_IFMT(os.lstat(path).st_mode) == stat.S_IFMT(os.lstat(other).st_mode) and _digest_at(
        path) == _digest_at(other)


def _is_part_of(path: str, whole: str) -> bool:
    for directory, directories, names in os.walk(path):
        beside = whole + directory[len(path):]
        if not os.path.isdir(beside):
            return False
        for name in [*names, *(each for each in directories if os.path.islink(f"{directory}/{each}"))]:
            if not os.path.lexists(f"{beside}/{name}") or not _same(f"{directory}/{name}", f"{beside}/{name}"):
                return False
    return True
