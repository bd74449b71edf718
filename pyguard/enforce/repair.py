"""The actions of a repair are carried out, each on record before it is done; a user's part with that user's rights."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Optional

from ..errors import PyguardError, StepFailed
from ..model.repair import Action, Verb
from .archives.interface import Archives, Wanted
from .archives.running import run_native
from .changes.files import NewFile
from .changes.transaction import Transaction
from .changes.undo import Elsewhere, nobody

SHELL_FILE = re.compile(r"(?:rc|profile|login|env|rc\.local)$|\.(?:sh|csh|fish|bash|zsh)$|config\.fish$")
NO_SHELL = re.compile(r"/(?:environment|pam_env\.conf|\.pam_environment)$|\.conf$|\.service$|\.toml$")
LDCONFIG = "/sbin/ldconfig"
AUXILIARY = "/var/cache/ldconfig/aux-cache"    # ldconfig(8) keeps it beside /etc/ld.so.cache
LIMIT = 16 * 1024 * 1024
Files = Mapping[str, NewFile]
Tell = Callable[[Action], None]


class Prepared(NamedTuple):
    """An action with what it needs from elsewhere; `problem` says why it cannot be carried out."""

    action: Action
    files: Files = MappingProxyType({})
    problem: str = ""
    hint: str = ""


class Users(NamedTuple):
    """How one account's part is carried out, and taken back."""

    do: Callable[[str, Sequence[Prepared]], list[Failure]]
    undo: Elsewhere = nobody


class Failure(NamedTuple):
    """What could not be done, and what would help."""

    what: str
    hint: str = ""


def prepare(actions: Sequence[Action], archives: Optional[Archives], directory: str, offline: bool,
            environ: Mapping[str, str]) -> list[Prepared]:
    """Everything that may fail for want of an archive fails here, before anything is changed.

    `directory` is an empty one of the caller's own, for what is fetched.
    """
    return [_restoring(action, archives, directory, offline, environ) if action.verb is Verb.RESTORE
            else Prepared(action) for action in actions]


def _restoring(action: Action, archives: Optional[Archives], directory: str, offline: bool,
               environ: Mapping[str, str]) -> Prepared:
    if archives is None:
        return Prepared(action, {}, f"{action.path}: archives of this package manager are not read here",
                        f"reinstall {action.path} with the package manager")
    try:
        archive = archives.obtain(Wanted(action.path, action.version, action.target), directory, offline, environ)
        found = archives.read(archive, set(action.paths))
    except PyguardError as error:
        return Prepared(action, {}, error.message, error.hint)
    missing = [path for path in action.paths if path not in found]
    if missing:
        return Prepared(action, found, f"{missing[0]} is not in the archive of {action.path}",
                        f"apt-get install --reinstall {action.path}")
    return Prepared(action, found)


def carry_out(prepared: Sequence[Prepared], directory: str, identifier: str, head: Mapping[str, object],
              users: Users, tell: Tell, uid: int) -> list[Failure]:
    """Raises StepFailed at the first step that cannot be done; what was done is on record and can be taken back.

    The caller holds the lock of the directory, since before it looked for what there is to do. Returns what could
    not even be begun, and whose part failed.
    """
    failures = [Failure(each.problem, each.hint) for each in prepared if each.problem]
    transaction = _begin(directory, identifier, head)
    told: set[str] = set()
    for each in prepared:
        user = each.action.user
        if user and uid == 0:
            if user not in told:
                told.add(user)
                transaction.note_user(user, identifier)
                failures += users.do(user, [other for other in prepared if other.action.user == user])
            continue
        if each.files or not each.problem:
            tell(each.action)
            _step(transaction, each)
    transaction.finish()
    return failures


def _begin(directory: str, identifier: str, head: Mapping[str, object]) -> Transaction:
    try:
        return Transaction(os.path.join(directory, identifier), head)
    except OSError as error:
        raise StepFailed("no-record", f"the repair cannot be recorded in {directory}: {error.strerror}",
                         hint="nothing was changed") from error


def _step(transaction: Transaction, prepared: Prepared) -> None:
    try:
        _DO[prepared.action.verb](transaction, prepared)
    except (OSError, PyguardError) as error:
        said = error.message if isinstance(error, PyguardError) else f"{error.strerror} ({error.filename})"
        try:
            transaction.finish("failed", said)
        except OSError:
            pass    # a full disk: without a mark the next run takes all of it back
        identifier = os.path.basename(transaction.journal.directory)
        raise StepFailed("step-failed", f"{prepared.action.verb.value} {prepared.action.path}: {said}",
                         hint=f"nothing after it was done; pyguard undo {identifier} takes back what was done before"
                         ) from error


def _quarantine(transaction: Transaction, prepared: Prepared) -> None:
    if os.path.lexists(prepared.action.path):
        transaction.quarantine(prepared.action.path)


def _link(transaction: Transaction, prepared: Prepared) -> None:
    transaction.put(prepared.action.path, NewFile(link=prepared.action.target))


def _comment(transaction: Transaction, prepared: Prepared) -> None:
    """The lines, and with each those that continue it; a shell still needs a command there: `:` is one."""
    path = os.path.realpath(prepared.action.path)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(22, "not a regular file", path)
        if status.st_size > LIMIT:
            raise OSError(27, "too large for a file of settings", path)
        lines = file.read(LIMIT).split(b"\n")
    is_shell = any(SHELL_FILE.search(name) and not NO_SHELL.search(name) for name in (prepared.action.path, path))
    mark = b": # pyguard: " if is_shell else b"# pyguard: "
    for number in prepared.action.lines:
        at = number - 1
        indented = path.endswith((".conf", ".cfg", ".ini")) and "/pip" in path
        while 0 <= at < len(lines):
            lines[at] = mark + lines[at]
            at += 1
            if not (indented and at < len(lines) and lines[at][:1] in (b" ", b"\t") and lines[at].strip()):
                break
    transaction.put(path, NewFile(b"\n".join(lines), "", stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid,
                                  like=path))


def _restore(transaction: Transaction, prepared: Prepared) -> None:
    for path in prepared.action.paths:
        if path in prepared.files:
            transaction.put(path, prepared.files[path])


def _ldconfig(transaction: Transaction, prepared: Prepared) -> None:
    transaction.save(prepared.action.path, again=[LDCONFIG])
    if os.path.isdir(os.path.dirname(AUXILIARY)):
        transaction.save(AUXILIARY, again=[LDCONFIG])
    run_native([LDCONFIG])
    transaction.ran()


_DO = {Verb.QUARANTINE: _quarantine, Verb.LINK: _link, Verb.COMMENT: _comment, Verb.RESTORE: _restore,
       Verb.LDCONFIG: _ldconfig}
