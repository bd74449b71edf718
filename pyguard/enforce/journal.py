"""Every refusal and override, one JSON line each, appended where only its owner can write."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Mapping
from typing import Any

from ..errors import PyguardError

SYSTEM_JOURNAL = "/var/log/pyguard/journal.jsonl"


def journal_path(environ: Mapping[str, str], uid: int) -> str:
    """Root's journal lies in /var/log; a user's below XDG_STATE_HOME, empty when there is no home."""
    if uid == 0:
        return SYSTEM_JOURNAL
    home = environ.get("HOME", "")
    state = environ.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home.startswith("/") else "")
    return f"{state}/pyguard/journal.jsonl" if state.startswith("/") else ""


def record(path: str, entry: Mapping[str, Any], uid: int) -> None:
    """Append one entry with the time (UTC, ISO 8601). Raises PyguardError when it cannot be kept.

    One write of one line with O_APPEND, so parallel runs do not mix; a link, a FIFO or somebody else's
    file is refused.
    """
    if not path:
        raise PyguardError("no-journal", "there is no place for the journal", hint="set HOME or XDG_STATE_HOME")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = json.dumps({"time": stamp, "uid": uid, **entry}, ensure_ascii=True) + "\n"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_uid != uid or status.st_nlink != 1:
                raise OSError(f"not a file of uid {uid}'s own")
            data = line.encode("ascii")
            if os.write(descriptor, data) != len(data):
                raise OSError("short write")
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PyguardError("no-journal", f"the journal could not be written: {error}", path) from error
