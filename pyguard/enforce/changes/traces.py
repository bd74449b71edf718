"""What a program left where it worked: each path that is not as it was kept, with what is there instead.

Written down right after the run, so that what others do later is never taken for it. Where the run was killed it is
told from the times of change: pyguard touches the file `running` beside the journal for as long as the program runs,
and what was changed later than that is somebody else's, or cannot be told from it.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from . import data_files, files
from .files import is_directory
from .journal import KEPT, LIMIT, Change, sync_directory

TRACES = "traces"
RUNNING = "running"
SLACK = 1_000_000_000    # ns: so much later than the last touch of RUNNING pyguard may have been killed
MOST_LINES = 10
Trace = Optional[Sequence[object]]    # None: nothing is there


class Traces(NamedTuple):
    """`paths`: what the program changed. `unknown`: what may be its work or not, in words."""

    paths: Mapping[str, Trace]
    unknown: tuple[str, ...] = ()


def trace(path: str) -> Trace:
    """What another file there, or other content, would not have; of a directory only kind, owner and rights."""
    found = files.signature(path)
    if found is None or is_directory(path):
        return found
    return [*found, os.lstat(path).st_ino]


def compare(top: str, kept: str, since: int, without: Sequence[str] = ()) -> dict[str, Trace]:
    """All that is not as in `kept`, which is empty where there was nothing; `since` (ns): when that was kept."""
    found: dict[str, Trace] = {}
    if kept and is_directory(kept) and os.path.isdir(top):
        _compare(top, kept, since, without, found)
    elif not kept or is_directory(kept):
        _note_all(top, found)
    return found


def look(change: Change) -> dict[str, Trace]:
    """What is other than before the change, whoever made it so."""
    found: dict[str, Trace] = {}
    for operation in change.operations:
        path = operation.get("path", "")
        if operation["op"] == "save":
            found[path] = trace(path)
        elif operation["op"] == "tree" and "since" in operation:
            found |= compare(path, kept_at(change, operation), operation["since"], operation["without"])
        elif operation["op"] == "data":
            before, now = recorded(change, operation)
            changed = data_files.changed(path, kept_at(change, operation), before, now, operation["since"])
            found |= {each: trace(each) for each in changed}
    return found


def recorded(change: Change, operation: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The data files on record, before and now."""
    data, covered = operation["path"], operation["covered"]
    before, now = frozenset[str](), frozenset[str]()
    for site, name in covered.items():
        now |= data_files.recorded(site, site, data, list(covered))
        if name:
            before |= data_files.recorded(site, os.path.join(change.directory, KEPT, name), data, list(covered))
    return before, now


def kept_at(change: Change, operation: Mapping[str, Any]) -> str:
    """Where it is kept, or an empty text."""
    return os.path.join(change.directory, KEPT, os.path.basename(operation["kept"])) if operation["kept"] else ""


def write(directory: str, traces: Traces) -> None:
    """On disk before it returns, whole or not at all."""
    path = os.path.join(directory, TRACES)
    beside = files.temporary(path)
    files.remove(beside)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(traces._asdict(), file)
        file.flush()
        os.fsync(descriptor)
    os.rename(beside, path)
    sync_directory(directory)


def read(change: Change) -> Traces:
    """What was written down; else what can be told now."""
    try:
        descriptor = os.open(os.path.join(change.directory, TRACES), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return infer(change)
    with os.fdopen(descriptor, "rb") as file:
        data = json.loads(file.read(LIMIT))
    return Traces(data["paths"], tuple(data["unknown"]))


def infer(change: Change) -> Traces:
    """From the times of change, for a run that was killed; nothing, where it had not begun."""
    old = tuple(f"{operation['path']}: what came there is not on record, and was left" for operation in
                change.operations if operation["op"] == "tree" and "since" not in operation)
    try:
        last = os.lstat(os.path.join(change.directory, RUNNING)).st_mtime_ns + SLACK
    except FileNotFoundError:
        return Traces({}, old)
    found = look(change)
    ours = {path: what for path, what in found.items() if _changed_at(path, what) <= last}
    for parent in {parent for path in ours for parent in _parents(path) if parent in found}:
        ours.setdefault(parent, ())    # goes if nothing else is in it, and is not what the program left
    return Traces(ours, old + tuple(_unknown({*found} - {*ours})))


def _changed_at(path: str, what: Trace) -> int:
    """When it became so (ns); of what is gone, no later than its directory was changed."""
    try:
        return os.lstat(path if what is not None else os.path.dirname(path)).st_ctime_ns
    except FileNotFoundError:
        return 0


def _unknown(paths: set[str]) -> Iterator[str]:
    """Only the topmost, and no end of them; compiled modules are of no account."""
    top = sorted(path for path in paths if "/__pycache__" not in path and paths.isdisjoint(_parents(path)))
    for path in top[:MOST_LINES]:
        yield f"{path}: was changed after pyguard was killed, and was left"
    if len(top) > MOST_LINES:
        yield f"{len(top) - MOST_LINES} more paths were changed after pyguard was killed, and were left"


def _parents(path: str) -> Iterator[str]:
    while len(path) > 1:
        path = os.path.dirname(path)
        yield path


def _compare(now: str, old: str, since: int, without: Sequence[str], found: dict[str, Trace]) -> None:
    if files.signature(now) != files.signature(old):
        found[now] = trace(now)
    for name in sorted({*os.listdir(now), *os.listdir(old)} - {*without}):
        path, before = f"{now}/{name}", f"{old}/{name}"
        if is_directory(path) and is_directory(before):
            _compare(path, before, since, (), found)
        elif not os.path.lexists(path):
            found[path] = None
        elif not os.path.lexists(before) or not _is_untouched(path, before, since):
            _note_all(path, found)


def _is_untouched(path: str, before: str, since: int) -> bool:
    """Archives may give every file the same time: what was touched since is compared by its content, too."""
    if files.signature(path) != files.signature(before):
        return False
    status = os.lstat(path)
    if status.st_ctime_ns < since or not stat.S_ISREG(status.st_mode):
        return True
    with open(path, "rb") as one, open(before, "rb") as other:
        while True:
            block = one.read(1 << 20)
            if block != other.read(1 << 20):
                return False
            if not block:
                return True


def _note_all(path: str, found: dict[str, Trace]) -> None:
    if os.path.lexists(path):
        found[path] = trace(path)
        if is_directory(path):
            for name in os.listdir(path):
                _note_all(f"{path}/{name}", found)
