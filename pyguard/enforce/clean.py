"""A CleaningPlan is carried out: by the tool whose it is, or into a quarantine that `pyguard undo` empties again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..errors import PyguardError, StepFailed
from ..model.storage import Cleaning
from .changes import files
from .changes.journal import KEPT, Change, Journal, list_changes
from .changes.transaction import Transaction, locked
from .changes.undo import INTERRUPTED, LEFT

KIND = "clean"
PURGED = "purged"
Tell = Callable[[str], None]


def carry_out(cleanings: Sequence[Cleaning], directory: str, identifier: str, head: Mapping[str, object], *,
              environ: Mapping[str, str], tell: Tell) -> list[str]:
    """What could not be done, in words. Raises StepFailed where nothing can be recorded, before anything is done.

    The caller holds the lock, and what was interrupted before is taken back: the plan was made after that.
    """
    failures: list[str] = []
    transaction = None
    for each in cleanings:
        tell(each.title)
        if each.argv:
            failures += _run(each.argv, environ)
            continue
        transaction = transaction or _begin(directory, identifier, head)
        failures += _quarantine(transaction, each.paths)
    if transaction is not None:
        transaction.finish()
    return failures


def _begin(directory: str, identifier: str, head: Mapping[str, object]) -> Transaction:
    try:
        return Transaction(os.path.join(directory, identifier), {"kind": KIND, **head})
    except OSError as error:
        raise StepFailed("no-record", f"the quarantine cannot be made in {directory}: {error.strerror}",
                         hint="nothing more was moved") from error


def _quarantine(transaction: Transaction, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        try:
            transaction.quarantine(path)
        except FileNotFoundError:
            continue    # its own tool was faster
        except OSError as error:
            yield f"{path}: {error.strerror}"


def _run(argv: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    """The tool's own words are for the person who sits there."""
    try:
        done = subprocess.run(list(argv), env=dict(environ), stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        yield f"{argv[0]}: {error.strerror}"
        return
    if done.returncode:
        yield f"{' '.join(argv)} exited {done.returncode}"


def quarantined(directory: str) -> list[Change]:
    """The cleanings that still keep what they moved away, the oldest first."""
    return [change for change in list_changes(directory)
            if change.head.get("kind") == KIND and change.state in ("done", LEFT)]


def interrupted(directory: str) -> list[Change]:
    """The cleanings that were neither finished nor taken back: what they moved away waits for `pyguard undo`."""
    return [change for change in list_changes(directory)
            if change.head.get("kind") == KIND and change.state in INTERRUPTED]


def purge(directory: str, uid: int) -> list[str]:
    """Delete what cleanings keep, and the rest of what an earlier one did not get through with; their ids.

    There is no way back from here.
    """
    with locked(directory, uid):
        changes = [*quarantined(directory), *_half_purged(directory)]
        for change in changes:
            try:
                if change.state != PURGED:
                    Journal(change.directory).write({"mark": PURGED})    # first: half of it is never brought back
                files.remove(os.path.join(change.directory, KEPT))
            except OSError as error:
                raise PyguardError("not-purged", f"{change.directory} cannot be emptied: {error.strerror}"
                                   f"{f' ({error.filename})' if error.filename else ''}",
                                   hint="pyguard clean --purge goes on from there") from error
    return [change.id for change in changes]


def _half_purged(directory: str) -> list[Change]:
    return [change for change in list_changes(directory)
            if change.state == PURGED and os.path.lexists(os.path.join(change.directory, KEPT))]
