"""Single steps on files, each whole or not at all: copy a tree, put a file, move across disks."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Sequence
from typing import NamedTuple, Optional

from .journal import sync_directory


class NewFile(NamedTuple):
    """What a path is to become: a file with `data`, or a link to `link`. Times in nanoseconds.

    `like`: the file whose extended attributes it has (access control lists, capabilities, labels).
    """

    data: bytes = b""
    link: str = ""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime_ns: Optional[int] = None
    like: str = ""


def temporary(path: str) -> str:
    """The name beside `path` that unfinished work has; what is found under it is of a run that was killed."""
    directory, name = os.path.split(path)
    return f"{directory}/.{name[:200]}.pyguard-new"


def remove(path: str) -> None:
    """Whatever is there, links not followed; nothing where nothing is."""
    if is_directory(path):
        try:
            shutil.rmtree(path)
        except PermissionError as error:
            if error.errno != errno.EACCES:
                raise
            _open_up(path)
            shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def _open_up(path: str) -> None:
    """Directories that were closed to their own owner (Go's modules, nix) are emptied as well; root needs no rights."""
    os.chmod(path, 0o700)
    for directory, names, _ in os.walk(path):
        for name in names:
            child = f"{directory}/{name}"
            if not os.path.islink(child):
                os.chmod(child, 0o700)


def place(path: str, new: NewFile) -> None:
    """Written beside and renamed over: at no moment is there half a file or none."""
    beside = temporary(path)
    remove(beside)
    try:
        if new.link:
            os.symlink(new.link, beside)
        else:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(new.data)
                file.flush()
                os.fchmod(descriptor, new.mode)
                os.fsync(descriptor)
        _own(beside, new.uid, new.gid)
        if not new.link:
            os.chmod(beside, new.mode)    # chown takes set-user-ID away
        if new.like:
            _take_attributes(new.like, beside)
        if new.mtime_ns is not None:
            os.utime(beside, ns=(new.mtime_ns, new.mtime_ns), follow_symlinks=False)
        os.rename(beside, path)
    except OSError:
        remove(beside)
        raise
    sync_directory(os.path.dirname(path))


def copy(source: str, target: str, without: Sequence[str] = ()) -> None:
    """A complete copy under `target`, which is not there before it is complete; hard links within stay hard links.

    `without`: names in a directory `source` that are left out.
    """
    beside = temporary(target)
    remove(beside)
    try:
        _copy(source, beside, {}, without)
        os.rename(beside, target)
    except OSError:
        remove(beside)
        raise
    sync_directory(os.path.dirname(target))


def move(source: str, target: str) -> None:
    """Renamed; where that cannot be (another disk, overlayfs), copied first and then taken away at once."""
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != 18:    # EXDEV
            raise
        copy(source, target)
        beside = temporary(source)
        try:
            os.rename(source, beside)
        except OSError as refused:
            if refused.errno != 18:
                raise
            beside = source    # a directory of a lower layer: it can only go piece by piece
        remove(beside)
        return
    sync_directory(os.path.dirname(target))


def is_directory(path: str) -> bool:
    """A link to one is none."""
    return os.path.isdir(path) and not os.path.islink(path)


def signature(path: str) -> Optional[tuple[object, ...]]:
    """What a copy has in common with it, None where nothing is; of directories no times: they hold others' things."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    rights = status.st_mode, status.st_uid, status.st_gid
    if stat.S_ISDIR(status.st_mode):
        return rights
    return (*rights, status.st_size, status.st_mtime_ns, os.readlink(path) if stat.S_ISLNK(status.st_mode) else "")


def take_rights(source: str, target: str) -> None:
    """Make the owner and the rights of a directory those of another."""
    status = os.lstat(source)
    _own(target, status.st_uid, status.st_gid)
    os.chmod(target, stat.S_IMODE(status.st_mode))


def _copy(source: str, target: str, linked: dict[tuple[int, int], str], without: Sequence[str] = ()) -> None:
    status = os.lstat(source)
    kind = stat.S_IFMT(status.st_mode)
    identity = (status.st_dev, status.st_ino)
    if kind == stat.S_IFDIR:
        os.mkdir(target, 0o700)
        for name in {*os.listdir(source)} - {*without}:
            _copy(f"{source}/{name}", f"{target}/{name}", linked)
    elif identity in linked:
        os.link(linked[identity], target, follow_symlinks=False)
        return
    elif kind == stat.S_IFLNK:
        os.symlink(os.readlink(source), target)
    elif kind == stat.S_IFREG:
        _copy_file(source, target)
        if status.st_nlink > 1:
            linked[identity] = target
    elif kind == stat.S_IFIFO:
        os.mkfifo(target, 0o600)
    else:
        os.mknod(target, status.st_mode, status.st_rdev)
    _own(target, status.st_uid, status.st_gid)
    if kind != stat.S_IFLNK:
        os.chmod(target, stat.S_IMODE(status.st_mode))
    _take_attributes(source, target)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns), follow_symlinks=False)


def _copy_file(source: str, target: str) -> None:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(source, flags), "rb") as read:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as write:
            shutil.copyfileobj(read, write, 1024 * 1024)
            write.flush()
            os.fsync(descriptor)


def _take_attributes(source: str, target: str) -> None:
    """xattr(7), as far as the file system and the caller's rights go; after chown(2), which takes capabilities away."""
    with contextlib.suppress(OSError):
        for name in os.listxattr(source, follow_symlinks=False):
            with contextlib.suppress(OSError):
                os.setxattr(target, name, os.getxattr(source, name, follow_symlinks=False), follow_symlinks=False)


def _own(path: str, uid: int, gid: int) -> None:
    made = os.lstat(path)
    if (made.st_uid, made.st_gid) != (uid, gid):
        os.chown(path, uid, gid, follow_symlinks=False)
