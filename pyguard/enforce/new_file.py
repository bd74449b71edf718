"""A path and a text in, a new file out; nothing that is there is ever written over."""

from __future__ import annotations

import os

from ..errors import PyguardError


def write_new(path: str, text: str) -> None:
    """All of it or nothing. Raises PyguardError where the path is taken or cannot be written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except FileExistsError as error:
        raise PyguardError("file-exists", f"{path} is there already and is left as it is", path,
                           "name another file, or move that one away") from error
    except OSError as error:
        raise PyguardError("not-written", f"{path} could not be written: {error.strerror}", path) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        os.unlink(path)
        raise PyguardError("not-written", f"{path} could not be written: {error.strerror}", path) from error
