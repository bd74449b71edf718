"""Text becomes a file's new content: whole or not at all, with the mode it had."""

from __future__ import annotations

import os
import stat

from ..errors import PyguardError

OF_THE_KERNEL = ("/dev/", "/proc/")    # /dev/stdout is a link there, and may lead to a regular file


def replace_file(path: str, text: str, mode: int | None = None) -> None:
    """Write beside it and rename; `mode` if not the one it had. Raises PyguardError; the old file is then as it was.

    A device, a pipe, a terminal is written to and stays what it is: root's `--output /dev/null` took it away.
    """
    try:
        if _is_no_file(path):
            with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(text)
            return
        _replace(path, text, mode)
    except OSError as error:
        raise PyguardError("not-written", f"{path} cannot be written: {error.strerror}", path) from error


def _is_no_file(path: str) -> bool:
    if os.path.abspath(path).startswith(OF_THE_KERNEL):
        return True
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


def _replace(path: str, text: str, mode: int | None) -> None:
    beside = f"{path}.pyguard-{os.getpid()}"
    try:
        with open(beside, "x", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(beside, mode)
        elif os.path.exists(path):
            os.chmod(beside, os.stat(path).st_mode & 0o7777)
        os.replace(beside, path)
    except OSError:
        if os.path.exists(beside):
            os.unlink(beside)
        raise
