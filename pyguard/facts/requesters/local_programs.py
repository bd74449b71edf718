"""A host in, the administrator's own Python programs out: /usr/local's, and those that no package owns in the OS's."""

from __future__ import annotations

from .interface import Starter
from .scripts import read_shebang
from .started import Reader

PLACES: tuple[str, ...] = (
    "/usr/local/bin", "/usr/local/sbin", "/usr/local/libexec", "/usr/libexec", "/usr/bin", "/usr/sbin")


def read_starters(reader: Reader) -> tuple[Starter, ...]:
    """Scripts that run on the system's Python; what pip or pipx put there runs what is beside it, and is named, too."""
    found = []
    for directory in PLACES:
        for name in reader.list(directory):
            path = f"{directory}/{name}"
            if path not in reader.owners and not reader.host.is_link(path):
                shebang = read_shebang(reader.host, path)
                if shebang and shebang.is_python:
                    found.append(Starter(path, path, path))
    return tuple(found)
