"""A change on record is taken back, from its last step to its first; interrupted, it can be done again at any point.

What is really there decides, not what the journal expects: a step may have been announced and not done.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...errors import PyguardError
from ..archives.running import run_native
from . import data_files, files
from .comparison import digest_at, is_part_of, is_rest_of, is_same
from .journal import KEPT, Change, Journal, list_changes, read_change
from .reverse import put_back, put_back_times
from .traces import RUNNING, TRACES, Trace, Traces, kept_at, read, trace, write
from .transaction import USER

GONE = ("undone", "purged")    # nothing is kept any more
LEFT = "left"                  # taken back but for what others changed since: only who names it has it tried again
INTERRUPTED = ("open", "undoing")
Elsewhere = Callable[[str, str], list[str]]


class Settled(NamedTuple):
    """An interrupted change that was taken back, and what of it had to be left, in words."""

    id: str
    left: tuple[str, ...]

    @property
    def said(self) -> str:
        """One line for people; `left` follows it."""
        if not self.left:
            return f"{self.id} had been interrupted: taken back"
        return f"{self.id} had been interrupted: taken back in part, pyguard undo {self.id} tries the rest again"


def nobody(account: str, identifier: str) -> list[str]:
    """For changes without a user's part."""
    return [f"{account}: {identifier} is that user's own: pyguard undo {identifier}"]


def take_back(change: Change, elsewhere: Elsewhere = nobody) -> list[str]:
    """Undo it, from the last step to the first; returns what was left: others changed it since, or it cannot be done.

    `elsewhere` takes back what was noted as a user's part. What cannot be done (a disk that is full or read-only, an
    immutable file) keeps nothing else from being taken back, and is tried again by whoever comes next.
    """
    if change.state in GONE:
        return []
    journal = Journal(change.directory)
    traces = _read_traces(change)
    left, failed = list(traces.unknown), False
    for at in reversed(range(len(change.operations))):
        if at in change.back:
            continue
        operation = change.operations[at]
        try:
            said = _take_back_one(change, operation, traces, elsewhere)
        except (OSError, PyguardError) as error:
            said, failed = [_why(operation, error)], True
        left += said
        if not said and not (left and operation["op"] == "make"):    # what was left may lie in it
            with contextlib.suppress(OSError):    # on a full disk it goes on: the mark only helps after a crash
                journal.write({"mark": "undoing", "at": at})
    left += _run_again(change)
    _conclude(change, journal, bool(left), failed)
    return left


def _why(operation: Mapping[str, Any], error: Exception) -> str:
    what = str(operation.get("account") or operation["path"])
    if not isinstance(error, OSError):
        return f"{what}: {error}"
    named = str(error.filename)
    return f"{named if named.startswith(f'{what}/') else what}: {error.strerror}, and was left"


def _conclude(change: Change, journal: Journal, left: bool, failed: bool) -> None:
    if left:
        with contextlib.suppress(OSError):
            if not failed:
                journal.write({"mark": LEFT})
        return
    for name in (RUNNING, KEPT, TRACES):    # frees the space that the mark may need
        files.remove(os.path.join(change.directory, name))
    if change.head:
        journal.write({"mark": "undone"})


def _read_traces(change: Change) -> Traces:
    """Written down before the first step: taking it back changes times from which it may have been told."""
    traces = read(change)
    with contextlib.suppress(OSError):
        if any(operation["op"] in _UNDO_RUN for operation in change.operations):
            write(change.directory, traces)
    return traces


def _take_back_one(change: Change, operation: Mapping[str, Any], traces: Traces, elsewhere: Elsewhere) -> list[str]:
    if operation["op"] == USER:
        return elsewhere(operation["account"], operation["id"])
    kind = operation["op"]
    if kind in _UNDO_RUN:
        left = _UNDO_RUN[kind](change, operation, traces)
    else:
        left = [said] if (said := _UNDO[kind](change, operation)) else []
    parent = os.path.dirname(operation["path"])
    if not left and os.path.isdir(parent):
        with contextlib.suppress(PermissionError):    # who may not set its times could change nothing in it either
            os.utime(parent, ns=tuple(operation["parent"]))
    return left


def settle(directory: str, elsewhere: Elsewhere = nobody) -> list[Settled]:
    """Take back what was interrupted. Changes that failed and said so, or had to leave something, are for `undo`."""
    found = [change for change in list_changes(directory) if change.state in INTERRUPTED]
    settled = []
    for change in reversed(found):
        settled.append(Settled(change.id, tuple(take_back(change, elsewhere))))
        if not change.head:
            files.remove(change.directory)
    return settled[::-1]


def find_change(directory: str, identifier: str = "") -> Change:
    """The named one, else the newest that was not taken back, not even in part. Raises PyguardError: there is none."""
    changes = [change for change in list_changes(directory) if change.id == identifier
               or (not identifier and change.state not in (*GONE, LEFT))]
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
        if not is_part_of(path, kept):
            return f"{path}: something else is there now; what was moved away stays in {kept}"
        files.remove(path)
        _bring_back(kept, path)
        return ""
    if is_same(path, kept):
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
        if os.path.lexists(path) and digest_at(path) != operation["digest"] and not is_rest_of(path, kept):
            return f"{path}: was changed since, and was left"
        if not is_same(path, kept) or files.signature(path) != files.signature(kept):    # it may be the rights alone
            beside = files.temporary(path)
            files.copy(kept, beside)
            if files.is_directory(kept):
                files.remove(path)
            os.rename(beside, path)
        return ""
    if os.path.lexists(path):
        if digest_at(path) != operation["digest"]:
            return f"{path}: was changed since, and was left"
        files.remove(path)
    return ""


def _undo_save(change: Change, operation: Mapping[str, Any], traces: Traces) -> list[str]:
    """What others have changed since is made anew when everything else is back (`_run_again`)."""
    path, kept = operation["path"], _kept(change, operation)
    known, now = traces.paths.get(path), trace(path)
    if operation.get("again") and (known is None or now is None or list(known) != list(now)):
        return []
    if operation["kept"] and os.path.lexists(kept):
        beside = files.temporary(path)
        files.remove(beside)
        files.copy(kept, beside)
        os.rename(beside, path)
    elif not operation["kept"]:
        files.remove(path)
    return []


def _run_again(change: Change) -> list[str]:
    """The programs whose output could not be put back as it was; a later run of theirs would have made it anyway."""
    again = {tuple(operation["again"]) for operation in change.operations if operation.get("again")
             and operation["kept"] and not is_same(operation["path"], _kept(change, operation))}
    try:
        for argv in sorted(again):
            run_native(argv)
    except PyguardError as error:
        return [error.message]
    return []


def _undo_tree(change: Change, operation: Mapping[str, Any], traces: Traces) -> list[str]:
    """Entry by entry, so that what was not touched is there at every moment."""
    path, kept = operation["path"], kept_at(change, operation)
    files.remove(files.temporary(kept or _kept(change, operation)))
    left = put_back(path, _below(traces, path), lambda each: kept + each[len(path):] if kept else "")
    if os.path.isdir(kept):    # it was kept whole, or the program had not begun
        put_back_times(path, kept, operation.get("without", ()))
    return left


def _undo_data(change: Change, operation: Mapping[str, Any], traces: Traces) -> list[str]:
    data, kept = operation["path"], _kept(change, operation)
    files.remove(files.temporary(kept))
    if not os.path.isdir(kept):
        return []    # the program had not begun
    paths = {path: what for path, what in _below(traces, data).items()
             if not any(path == covered or path.startswith(f"{covered}/") for covered in operation["covered"])}
    left = put_back(data, paths, lambda each: kept + each)
    data_files.tidy(data, kept, list(paths))
    return left


def _below(traces: Traces, top: str) -> dict[str, Trace]:
    return {path: what for path, what in traces.paths.items() if path == top or path.startswith(f"{top}/")}


def _undo_make(change: Change, operation: Mapping[str, Any]) -> str:
    path = operation["path"]
    try:
        if os.listdir(path) == ["__pycache__"]:    # an interpreter has imported what was brought there
            files.remove(f"{path}/__pycache__")
        os.rmdir(path)
    except OSError:
        pass    # gone already, or others have put something there: it is theirs now
    return ""


_UNDO = {"move": _undo_move, "put": _undo_put, "make": _undo_make}
_UNDO_RUN = {"save": _undo_save, "tree": _undo_tree, "data": _undo_data}    # what a program did


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
