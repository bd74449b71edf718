"""A host in, the services that D-Bus starts when somebody calls them out: dbus-daemon(1), service description files."""

from __future__ import annotations

import re

from .interface import Starter
from .started import Reader

PLACES: tuple[str, ...] = (
    "/usr/share/dbus-1/system-services", "/usr/share/dbus-1/services", "/usr/local/share/dbus-1/system-services",
    "/usr/local/share/dbus-1/services", "/etc/dbus-1/services")
EXEC = re.compile(r"^Exec\s*=\s*(.+)$", re.MULTILINE)


def read_starters(reader: Reader) -> tuple[Starter, ...]:
    """One a bus name; one that systemd starts is that unit's."""
    found = []
    for directory in PLACES:
        for name in reader.list(directory):
            if name.endswith(".service"):
                path = f"{directory}/{name}"
                commands = EXEC.findall(reader.read(path))
                found.append(Starter(f"D-Bus service {name[:-len('.service')]}", path, "\n".join(commands)))
    return tuple(starter for starter in found if starter.command not in ("", "/bin/false", "/usr/bin/false"))
