"""A host in, the scripts that dpkg runs when a package is installed, upgraded or removed out, where they are Python.

deb-postinst(5) and its like. While one fails, the package stays half installed, and apt stops at it.
"""

from __future__ import annotations

from ...model.facts import Importance
from .interface import Starter
from .scripts import read_shebang
from .started import Reader

INFO = "/var/lib/dpkg/info"
KINDS = (".preinst", ".postinst", ".prerm", ".postrm", ".config")
PLACES: tuple[str, ...] = ()    # dpkg's own stamp has changed with them


def read_starters(reader: Reader) -> tuple[Starter, ...]:
    """Those that are Python themselves; the shell ones call py3compile, which imports nothing that pip brings."""
    found = []
    for name in reader.list(INFO):
        if name.endswith(KINDS):
            path = f"{INFO}/{name}"
            shebang = read_shebang(reader.host, path)
            if shebang and shebang.is_python:
                package, _, kind = name.rpartition(".")
                found.append(Starter(f"{kind} of {package.partition(':')[0]}", path, path, Importance.CORE))
    return tuple(found)
