"""A host's file system and programs behind one small object, so that collectors can be given another.

`Host()` is this machine; `Host("/mnt/image")` is a file system tree in which nothing is ever run and
every symbolic link is followed inside the tree, as chroot(2) would. Tests hand in a tree they made.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Optional

from .errors import CollectError

MAX_LINKS = 40    # as the kernel's MAXSYMLINKS
MAX_READ = 64 * 1024 * 1024
CHUNK = 256 * 1024
READING = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class Completed(NamedTuple):
    """What a program left behind. `code` is negative for a signal, as in subprocess."""

    code: int
    stdout: bytes
    stderr: bytes


class Host:
    """Reads, lists and runs. Raises OSError as the os module would; never writes."""

    def __init__(self, root: str = "") -> None:
        self.root = "" if os.path.abspath(root or "/") == "/" else os.path.realpath(root)

    def locate(self, path: str, follow: bool = True) -> str:
        """The path on this machine that `path` means on the host. A NUL, which no path has, is an OSError (EINVAL)."""
        if "\0" in path:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        if not self.root:
            return path
        return self.root + resolve_below(self.root, path, follow)

    def read_bytes(self, path: str, limit: int = MAX_READ, follow: bool = True) -> bytes:
        """A regular file's first `limit` bytes. A FIFO, a device or a directory is an OSError.

        So is a symbolic link itself (ELOOP), with `follow` false.
        """
        descriptor = os.open(self.locate(path, follow), READING if follow else READING | os.O_NOFOLLOW)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(f"not a regular file: {path}")
            return _read_whole(descriptor, status.st_size, limit)
        finally:
            os.close(descriptor)

    def read_text(self, path: str, limit: int = MAX_READ) -> str:
        """The same as text; bytes that are no UTF-8 stay recognisable (surrogateescape)."""
        return self.read_bytes(path, limit).decode("utf-8", "surrogateescape")

    def list(self, path: str) -> tuple[str, ...]:
        """Names in a directory, sorted."""
        return tuple(sorted(os.listdir(self.locate(path))))

    def stat(self, path: str, follow: bool = True) -> os.stat_result:
        """As os.stat, or os.lstat."""
        return os.stat(self.locate(path, follow), follow_symlinks=follow)

    def exists(self, path: str) -> bool:
        """True if the path leads to something; False for a loop of links, in a tree as on the machine."""
        return self._leads_to(os.path.exists, path)

    def is_dir(self, path: str) -> bool:
        """True if the path leads to a directory."""
        return self._leads_to(os.path.isdir, path)

    def is_file(self, path: str) -> bool:
        """True if the path leads to a regular file."""
        return self._leads_to(os.path.isfile, path)

    def _leads_to(self, test: Callable[[str], bool], path: str) -> bool:
        try:
            return test(self.locate(path))
        except OSError:
            return False

    def is_link(self, path: str) -> bool:
        """True if the path itself is a symbolic link."""
        return os.path.islink(self.locate(path, follow=False))

    def readlink(self, path: str) -> str:
        """The text of a symbolic link."""
        return os.readlink(self.locate(path, follow=False))

    def realpath(self, path: str) -> str:
        """The path with every link followed, as the host itself would name it."""
        if not self.root:
            return os.path.realpath(self.locate(path))
        return resolve_below(self.root, path, follow=True)

    def is_writable(self, path: str) -> bool:
        """What os.access says to the asking user; always False in a tree that is only looked at."""
        return not self.root and os.access(path, os.W_OK)

    def run(self, argv: Sequence[str], environment: Optional[Mapping[str, str]] = None,
            timeout: float = 10.0, cwd: str = "/") -> Completed:
        """Run a program with nothing on stdin; raises CollectError when it cannot be done."""
        import subprocess  # 13 ms: only who runs something pays

        if self.root:
            raise CollectError("not-run", f"{argv[0]} is not run in a file system tree", self.root)
        try:
            done = subprocess.run(list(argv), stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd,
                                  env=dict(environment or {}), timeout=timeout, check=False)
        except (OSError, subprocess.SubprocessError) as error:
            raise CollectError("not-run", f"{argv[0]} could not be run: {error}") from error
        return Completed(done.returncode, done.stdout, done.stderr)


def _read_whole(descriptor: int, size: int, limit: int) -> bytes:
    """Four system calls for most files, where a file object needs ten. A file of /proc says 0 for its size."""
    data = os.read(descriptor, min(limit, size + 1))
    if len(data) == size and size:
        return data
    parts = [data]
    left = limit - len(data)
    while left > 0 and parts[-1]:
        parts.append(os.read(descriptor, min(left, CHUNK)))
        left -= len(parts[-1])
    return b"".join(parts)


def resolve_below(root: str, path: str, follow: bool) -> str:
    """`path` with its links followed as if `root` were `/`. Raises OSError on a loop (ELOOP)."""
    done: list[str] = []
    waiting = [part for part in reversed(path.split("/")) if part not in ("", ".")]
    links = 0
    while waiting:
        part = waiting.pop()
        if part == "..":
            done[-1:] = []
            continue
        here = "/".join(["", *done, part])
        if (waiting or follow) and os.path.islink(root + here):
            links += 1
            if links > MAX_LINKS:
                raise OSError(40, os.strerror(40), path)
            target = os.readlink(root + here)
            if target.startswith("/"):
                done = []
            waiting.extend(part for part in reversed(target.split("/")) if part not in ("", "."))
        else:
            done.append(part)
    return "/" + "/".join(done)
