"""One event to the system's log: to journald with a field for each of its names, where that runs, else to syslog.

The names are stable: monitoring reads them. In syslog's line they stand as `name=value` with the value as JSON; in
journald's they are `PYGUARD_EVENT` and so on, beside the same line as MESSAGE (systemd's "Native Journal Protocol").
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

FIELDS = ("event", "uid", "sudo_user", "level", "rule", "rules", "subject", "path", "line", "interpreter", "reason",
          "allowed", "summary", "block", "warn", "allow", "complete", "seconds", "cwd", "command")
JOURNALD = "/run/systemd/journal/socket"
LONGEST_MESSAGE = 1800                           # characters; RFC 5424 wants 2048 to get through
WARNING, NOTICE, INFO = 4, 5, 6                  # syslog(3)
AUTHPRIV = 10


def announce(entry: Mapping[str, Any], priority: int = NOTICE) -> None:
    """Never raises for a log that is not there: what has to be kept is kept in the journal."""
    present = [(name, entry[name]) for name in FIELDS if entry.get(name) not in (None, "", [])]
    message = " ".join(f"{name}={json.dumps(value)}" for name, value in present)[:LONGEST_MESSAGE]
    if os.path.exists(JOURNALD) and _tell_journald(present, message, priority):
        return
    import syslog  # a C extension that few calls need

    syslog.openlog("pyguard", syslog.LOG_PID, syslog.LOG_AUTHPRIV)
    syslog.syslog(priority, message)
    syslog.closelog()


def _tell_journald(present: list[tuple[str, Any]], message: str, priority: int) -> bool:
    import socket  # nothing else of a refusal needs it

    fields = [("MESSAGE", message), ("PRIORITY", str(priority)), ("SYSLOG_FACILITY", str(AUTHPRIV)),
              ("SYSLOG_IDENTIFIER", "pyguard"), ("SYSLOG_PID", str(os.getpid()))]
    fields += [(f"PYGUARD_{name.upper()}", _plain(value)[:LONGEST_MESSAGE]) for name, value in present]
    data = b"".join(_field(name, value.encode("utf-8", "backslashreplace")) for name, value in fields)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as place:
            place.settimeout(1.0)
            place.connect(JOURNALD)
            place.send(data)
    except OSError:
        return False
    return True


def _plain(value: Any) -> str:
    """Text as it is, `true` and numbers as JSON has them, a list as its words."""
    if isinstance(value, str):
        return value
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else json.dumps(value)


def _field(name: str, value: bytes) -> bytes:
    """A value with a line break is preceded by its length, 64 bits, little-endian."""
    if b"\n" in value:
        return name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
    return name.encode() + b"=" + value + b"\n"
