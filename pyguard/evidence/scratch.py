"""A resolved plan's wheels in, a scratch tree with them laid out where the request would put them out."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Optional

from ..errors import PyguardError
from ..model.facts import Gap
from ..model.frozen import replace
from ..model.plan import Basis, Plan
from ..model.request import Action, Request
from ..plan.resolved import SUBJECT as UNRESOLVED
from ..plan.wheel_layout import lay

PREFIX = "pyguard-scratch-"
JUST_MADE = 60.0    # seconds in which one may have no lock yet
ENDING = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal came that ends this process."""


@contextmanager
def scratch_directory(uid: int, below: str = "") -> Iterator[str]:
    """A private directory that is gone afterwards; others may pass through root's, not look into it.

    A process that is killed cannot clean up: the next one does, by the lock that the kernel has taken back.
    """
    directory = below or _temporary()
    _sweep(directory, uid)
    owner, path, lock = os.getpid(), "", -1
    with _ended_by_signals():
        try:
            try:
                path = tempfile.mkdtemp(prefix=PREFIX, dir=directory)
                lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
                _furnish(path, lock, uid)
            except OSError as error:
                raise PyguardError("no-scratch", f"there is no place to unpack wheels in: {error}",
                                   hint="TMPDIR=DIRECTORY names another one") from error
            yield path
        finally:
            if path and os.getpid() == owner:    # not a child that a signal finds before it runs something else
                shutil.rmtree(path, ignore_errors=True)
            if lock >= 0:
                os.close(lock)


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError as error:    # nowhere can a file be made
        raise PyguardError("no-scratch", f"there is no place to unpack wheels in: {error}") from error


def _furnish(path: str, lock: int, uid: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.chmod(path, 0o711 if uid == 0 else 0o700)
    for name in ("memory", "tree", "wheels", "nothing"):
        os.mkdir(f"{path}/{name}", 0o755)
        os.chmod(f"{path}/{name}", 0o755)    # whatever the umask says


def _sweep(directory: str, uid: int) -> None:
    """What killed processes of the same user left; nobody else can have made it."""
    try:
        names = [name for name in os.listdir(directory) if name.startswith(PREFIX)]
    except OSError:
        return
    for name in names:
        with suppress(OSError):
            lock = os.open(f"{directory}/{name}", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                status = os.fstat(lock)
                if status.st_uid == uid and time.time() - status.st_mtime > JUST_MADE:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(f"{directory}/{name}", ignore_errors=True)
            finally:
                os.close(lock)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """What would end this process at once ends it when everything is put away; a signal that is heeded stays so."""
    numbers = [number for number in ENDING if threading.current_thread() is threading.main_thread()
               and signal.getsignal(number) is signal.SIG_DFL]
    came: list[int] = []

    def end(number: int, frame: Optional[FrameType]) -> None:
        if not came:
            came.append(number)
            raise Ended

    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        if came:
            os.kill(os.getpid(), came[0])


def lay_out(plan: Plan, wheels: Mapping[str, str], python: str, tree: str) -> Plan:
    """The plan with what each change brings; a wheel that cannot be laid out is a gap."""
    changes, gaps = [], list(plan.gaps)
    for change in plan.changes:
        wheel = wheels.get(change.name)
        if wheel is None:
            changes.append(change)
            continue
        try:
            laid = lay(wheel, plan.target, python, tree)
        except PyguardError as error:
            gaps.append(Gap(change.name, error.message))
            changes.append(change)
            continue
        changes.append(replace(change, files=laid.files, commands=laid.commands, assumed_import_names=False))
    return replace(plan, changes=tuple(changes), gaps=tuple(gaps))


def is_whole(plan: Plan, request: Request) -> bool:
    """Whether all that the request brings is known and laid out: less than that says nothing when it is tried."""
    untold = request.action is Action.INSTALL and (
        plan.basis is not Basis.RESOLVED or any(gap.subject == UNRESOLVED for gap in plan.gaps))
    return not untold and all(change.files for change in plan.changes if change.version is not None)


def removed_paths(removed: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """All of them, those above others first."""
    return tuple(sorted({path for paths in removed.values() for path in paths}))
