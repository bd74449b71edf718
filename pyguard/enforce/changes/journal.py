"""The journal of one change: JSON lines, each on disk before what it announces is done.

A directory a change: `journal`, `kept/` with what was moved away or written over, and what a program did (`traces`).
The first line says what it is (`schema`, `id`, `kind`, `title`, `time`, `uid`), the others are operations (`op`) and
marks (`mark`: done, failed, undone, purged, `undoing` for each operation that is taken back, and `left` where not all
of them could be). A change without a mark was interrupted.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...errors import PyguardError

SCHEMA = 1
JOURNAL = "journal"
KEPT = "kept"
IDENTIFIER = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}$")
LIMIT = 64 * 1024 * 1024


class Change(NamedTuple):
    """One change as its journal tells it. `state`: open, done, failed, undoing, left, undone, purged."""

    directory: str
    head: Mapping[str, Any]
    operations: tuple[Mapping[str, Any], ...]
    state: str
    back: frozenset[int] = frozenset()    # the operations that are taken back already, by their place

    @property
    def id(self) -> str:
        """The name of its directory."""
        return os.path.basename(self.directory)


class Journal:
    """The open journal of a change that is being made, or taken back."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.path = os.path.join(directory, JOURNAL)

    def begin(self, head: Mapping[str, Any]) -> None:
        """Make the directory, readable by its owner only. Raises OSError when it is there already."""
        os.mkdir(self.directory, 0o700)
        os.mkdir(os.path.join(self.directory, KEPT), 0o700)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        os.close(descriptor)
        self.write({"schema": SCHEMA, "id": os.path.basename(self.directory), **head})
        sync_directory(self.directory)
        sync_directory(os.path.dirname(self.directory))

    def write(self, line: Mapping[str, Any]) -> None:
        """Append one line, and wait until it is on disk."""
        data = (json.dumps(line, ensure_ascii=True) + "\n").encode("ascii")
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":    # of a run that was killed while it wrote
                os.ftruncate(descriptor, os.pread(descriptor, size, 0).rfind(b"\n") + 1)
            size = os.fstat(descriptor).st_size
            if os.write(descriptor, data) != len(data):
                os.ftruncate(descriptor, size)
                raise OSError(28, os.strerror(28))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_change(directory: str) -> Change:
    """Raises PyguardError for what is no journal of this format; a last line that was cut short does not count."""
    path = os.path.join(directory, JOURNAL)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError("not a regular file")
            lines = file.read(LIMIT).split(b"\n")[:-1]
        entries = [json.loads(line) for line in lines]
        head = entries[0] if entries else {}
        if head and head["schema"] != SCHEMA:
            raise PyguardError("newer-record", f"{path} was written by another version of pyguard", path)
    except FileNotFoundError:
        return Change(directory, {}, (), "open")    # it was begun, and nothing was done
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PyguardError("bad-record", f"{path} cannot be read: {error}", path) from error
    marks = [entry["mark"] for entry in entries if "mark" in entry]
    operations = tuple(entry for entry in entries if "op" in entry)
    back = frozenset(entry["at"] for entry in entries if entry.get("mark") == "undoing")
    return Change(directory, head, operations, marks[-1] if marks else "open", back)


def list_changes(directory: str) -> Iterator[Change]:
    """The oldest first; what is damaged raises as `read_change` does."""
    try:
        names = sorted(os.listdir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        if IDENTIFIER.match(name):
            yield read_change(os.path.join(directory, name))


def sync_directory(path: str) -> None:
    """What was renamed or made in it is there after a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
