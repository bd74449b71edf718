"""Text becomes a file's new content: whole or not at all, with the mode it had."""

from __future__ import annotations

import os

from ..errors import PyguardError


def replace_file(path: str, text: str, mode: int | None = None) -> None:
    """Write beside it and rename; `mode` if not the one it had. Raises PyguardError; the old file is then as it was."""
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
    except OSError as error:
        if os.path.exists(beside):
            os.unlink(beside)
        raise PyguardError("not-written", f"{path} cannot be written: {error.strerror}", path) from error
