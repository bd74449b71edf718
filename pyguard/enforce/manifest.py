"""Changes to a machine, written down before they are made, so that they can be undone: by this module, or by sh.

A manifest is a text file, a line a change, four fields separated by tabs, `-` for an empty one:

    kind  sha256-of-what-was-written  backup  path

kinds: `d` a directory that was made, `f` a file that was made, `m` one that others may add to, as our lines in it are
marked, `c` a file that may appear (byte code), `r` a file that was changed, whose old content is in `backup`, `s` a
directory of shims, which has a record of its own.
hooks/startup/remove.sh undoes it where the engine is gone.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..errors import PyguardError
from .marked import without_ours
from .shims import remove

FIRST = "0-directories.manifest"    # the directories that the manifests themselves lie in; it goes last


class Line(NamedTuple):
    """One change."""

    kind: str
    digest: str
    backup: str
    path: str


class Manifest:
    """The manifest of one set of changes; nothing is done that is not written down, and on disk, before."""

    def __init__(self, path: str) -> None:
        self.path = path

    def open(self) -> None:
        """Begin it. Raises PyguardError when there is one already, or where it cannot be kept."""
        if os.path.lexists(self.path):
            raise PyguardError("already-installed", f"{self.path} records an earlier installation",
                               hint="pyguard hook remove takes it away")
        directory = os.path.dirname(self.path)
        missing = _missing(directory)
        for parent in reversed(missing):
            _act(os.mkdir, parent, 0o755)
            os.chmod(parent, 0o755)    # whatever the umask: the interpreters of all users read what lies here
        if missing and os.path.basename(self.path) != FIRST:
            first = Manifest(os.path.join(directory, FIRST))
            first.open()
            for parent in reversed(missing):
                first._note(Line("d", "-", "-", parent))
        _act(_write_new, self.path, b"", 0o644)

    def make_directory(self, path: str, mode: int = 0o755) -> None:
        """Make a directory and those above it that are missing."""
        for directory in reversed(_missing(path)):
            self._note(Line("d", "-", "-", directory))
            _act(os.mkdir, directory, mode)
            os.chmod(directory, mode)    # whatever the umask

    def create(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Make a file, whole or not at all, never over one that is there."""
        self.make_directory(os.path.dirname(path))
        if os.path.lexists(path):
            raise PyguardError("file-exists", f"{path} is there already and is not pyguard's",
                               hint="it was left as it is; move it away first")
        self._note(Line("m" if without_ours(data) != data else "f", _digest(data), "-", path))
        _act(_write_new, path, data, mode)

    def replace(self, path: str, data: bytes) -> None:
        """Change a file that is there, keeping its old content beside the manifest, its owner and its mode."""
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            raise PyguardError("not-a-file", f"{path} is no regular file", hint="it was left as it is")
        backup = f"{self.path}.{_digest(path.encode('utf-8', 'surrogateescape'))[:12]}.backup"
        with open(path, "rb") as file:
            _act(_write_new, backup, file.read(), 0o600)
        _keep_status(backup, status)
        self._note(Line("r", _digest(data), backup, path))
        _act(_exchange, path, data, status)

    def expect(self, path: str) -> None:
        """A file that others will make because of ours, such as byte code."""
        if not os.path.lexists(path):
            self._note(Line("c", "-", "-", path))

    def adopt(self, shims: str) -> None:
        """A directory of shims is to go with the rest, whatever is in it by then."""
        self._note(Line("s", "-", "-", shims))

    def _note(self, line: Line) -> None:
        if any("\t" in field or "\n" in field for field in line):
            raise PyguardError("odd-path", f"{line.path!r} holds a tab or a line break",
                               hint="nothing was written there")
        with open(self.path, "ab") as file:
            file.write("\t".join(line).encode("utf-8", "surrogateescape") + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read_manifest(path: str) -> tuple[Line, ...]:
    """Its lines; a last one that was cut short, for which nothing was done, is left out."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        lines = file.read().split("\n")[:-1]
    return tuple(Line(*fields) for fields in (line.split("\t") for line in lines) if len(fields) == 4)


def undo(path: str) -> list[str]:
    """Take back what a manifest records, the last change first; returns what had to be left, in words.

    The manifest itself goes after everything else, so that an interrupted removal can be repeated.
    """
    lines = tuple(reversed(read_manifest(path)))
    left: list[str] = []
    for line in sorted(lines, key=lambda each: each.kind == "c"):    # last: a file that is left may name them
        try:
            user = _named_in(line.path, lines) if line.kind == "c" else ""
            said = f"{line.path}: {user} still names it, so it was left" if user else \
                _UNDO[line.kind](line) if line.kind in _UNDO else ""
        except OSError as error:
            said = f"{line.path}: {error.strerror}"
        if said:
            left.append(said)
    if left:
        return left
    os.unlink(path)
    for line in lines:
        if line.kind == "d":
            _undo_directory(line)    # those in which the manifest itself lay
    directory = os.path.dirname(path)
    if os.path.basename(path) != FIRST and list_manifests(directory) == [os.path.join(directory, FIRST)]:
        return undo(os.path.join(directory, FIRST))
    return []


def _undo_directory(line: Line) -> str:
    try:
        os.rmdir(line.path)
    except OSError:
        pass    # gone already, or others have put something there: it is theirs now
    return ""


def _undo_file(line: Line) -> str:
    """What others have changed since is left, or loses the lines marked as ours; it goes if nothing else is in it."""
    unfinished = _temporary(line.path)
    if os.path.lexists(unfinished):
        os.unlink(unfinished)
    if not os.path.lexists(line.path):
        return ""
    now = _read(line.path)
    kept = without_ours(now)
    is_link = os.path.islink(line.path)
    if line.kind == "m" and kept == now:
        return ""    # nothing of ours is in it any more
    if not is_link and (_digest(now) == line.digest or (kept is not None and kept != now and not kept.strip())):
        os.unlink(line.path)
    elif kept is None or kept == now or is_link:
        return f"{line.path}: was changed since pyguard wrote it, and was left"
    else:
        _exchange(line.path, kept, os.stat(line.path))
    return ""


def _named_in(path: str, lines: Sequence[Line]) -> str:
    """The file of ours that is still there and leads to this one: pip fails on constraints that are gone."""
    name = path.encode("utf-8", "surrogateescape")
    return next((each.path for each in lines if each.kind in ("f", "m", "r") and name in _read(each.path)), "")


def _undo_byte_code(line: Line) -> str:
    if os.path.lexists(line.path):
        os.unlink(line.path)
    return ""


def _undo_change(line: Line) -> str:
    """The old file comes back; one that others have changed since only loses the lines that are marked as ours.

    A link leads to what a person keeps somewhere else: while our lines are there it is left, and the old content kept.
    """
    unfinished = _temporary(line.path)
    if os.path.lexists(unfinished):
        os.unlink(unfinished)
    if not os.path.exists(line.backup):
        return ""
    if os.path.isfile(line.path):
        now = _read(line.path)
        kept = without_ours(now)
        if kept is None or (kept != now and os.path.islink(line.path)):
            return f"{line.path}: was changed since pyguard wrote it, and was left; what it was is in {line.backup}"
        if _digest(now) == line.digest:
            _exchange(line.path, _read(line.backup), os.stat(line.backup))
        elif kept != now:
            _exchange(line.path, kept, os.stat(line.path))
    os.unlink(line.backup)
    return ""


def _undo_shims(line: Line) -> str:
    try:
        remove(line.path, os.stat(os.path.dirname(line.path)).st_uid)
    except FileNotFoundError:
        pass
    except PyguardError as error:
        return error.message
    return ""


_UNDO = {"d": _undo_directory, "f": _undo_file, "m": _undo_file, "c": _undo_byte_code, "r": _undo_change,
         "s": _undo_shims}


def _missing(path: str) -> list[str]:
    """The directories on the way that are not there, the deepest first."""
    found = []
    while not os.path.isdir(path) and path not in ("/", ""):
        found.append(path)
        path = os.path.dirname(path)
    return found


def _temporary(path: str) -> str:
    directory, name = os.path.split(path)
    return f"{directory}/.{name}.pyguard-new"


def _write_new(path: str, data: bytes, mode: int) -> None:
    """Link a complete file into its place; link(2) never replaces anything."""
    temporary = _temporary(path)
    _fill(temporary, data, mode)
    try:
        os.link(temporary, path)
    finally:
        os.unlink(temporary)


def _exchange(path: str, data: bytes, status: os.stat_result) -> None:
    temporary = _temporary(path)
    _fill(temporary, data, 0o600)
    _keep_status(temporary, status)
    os.rename(temporary, path)


def _keep_status(path: str, status: os.stat_result) -> None:
    made = os.lstat(path)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, stat.S_IMODE(status.st_mode))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _fill(path: str, data: bytes, mode: int) -> None:
    if os.path.lexists(path):
        os.unlink(path)    # of a run that was killed
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        os.fchmod(descriptor, mode)
        file.flush()
        os.fsync(descriptor)


def _act(do: Callable[..., object], *arguments: object) -> None:
    try:
        do(*arguments)
    except OSError as error:
        raise PyguardError("not-written", f"{arguments[0]} could not be written: {error.strerror}",
                           hint="what was done before is recorded: pyguard hook remove undoes it") from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: str) -> bytes:
    """Empty for what is no file."""
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def list_manifests(directory: str) -> Sequence[str]:
    """The manifests kept in a directory, sorted; none where there is no such directory."""
    try:
        names = sorted(os.listdir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return [os.path.join(directory, name) for name in names if name.endswith(".manifest")]
