"""A host in, what apt, dpkg and dnf run on their way out: hooks in apt.conf, dpkg.cfg, and dnf's plugins.

apt.conf(5) (DPkg::Pre-Invoke and its like), dpkg(1) (--pre-invoke), dnf's plugins (Python modules in dnf itself).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.facts import Importance
from .interface import Starter
from .started import Reader

APT = "/etc/apt/apt.conf.d"
DPKG = "/etc/dpkg/dpkg.cfg.d"
DNF = "/etc/dnf/plugins"
PLACES: tuple[str, ...] = (APT, "/etc/apt/apt.conf", DPKG, DNF)
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
COMMENT = re.compile(r"^\s*(?://|#(?!clear|include))[^\n]*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
INVOKE = re.compile(r"^\s*-{0,2}(?:pre|post)-invoke[= ]\s*(.+)$", re.MULTILINE)
ENABLED = re.compile(r"^\s*enabled\s*=\s*(?:1|true|yes)\s*$", re.MULTILINE | re.IGNORECASE)


def read_starters(reader: Reader) -> tuple[Starter, ...]:
    """All of them are core: while one fails, no package can be installed or removed."""
    return tuple(Starter(name, path, command, Importance.CORE) for name, path, command in _hooks(reader) if command)


def _hooks(reader: Reader) -> Iterator[tuple[str, str, str]]:
    for name in reader.list(APT):
        path = f"{APT}/{name}"
        text = COMMENT.sub("", reader.read(path))
        if "Invoke" in text or "Pre-Install-Pkgs" in text:
            commands = [command.replace('\\"', '"') for command in QUOTED.findall(text) if "/" in command]
            yield f"apt hook {name}", path, "\n".join(commands)
    for name in reader.list(DPKG):
        path = f"{DPKG}/{name}"
        commands = [command.strip("\"'") for command in INVOKE.findall(reader.read(path))]
        yield f"dpkg hook {name}", path, "\n".join(commands)
    for name in reader.list(DNF):
        if name.endswith(".conf") and ENABLED.search(reader.read(f"{DNF}/{name}")):
            yield f"dnf plugin {name[:-len('.conf')]}", f"{DNF}/{name}", "/usr/bin/dnf"
