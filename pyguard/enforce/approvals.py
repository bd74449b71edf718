"""A project's policy, approved as it stands: kept as an empty file named by where it is and what it says."""

from __future__ import annotations

import os

from ..errors import PyguardError


def approve(directory: str, name: str) -> str:
    """The file that records it. Raises PyguardError when it cannot be kept."""
    path = os.path.join(directory, name)
    if not directory:
        raise PyguardError("no-state", "there is no place to keep approvals in", hint="set HOME or XDG_STATE_HOME")
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise PyguardError("no-state", f"the approval cannot be kept: {error}", path) from error
    return path
