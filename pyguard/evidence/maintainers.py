"""Files of OS packages that go in, the programs that those packages' own scripts run on them out (deb-postinst(5)).

When such a package is configured or upgraded again, the program finds a file on the package's list that is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..facts.imports.strength import NAMED, NAMES
from ..facts.index import Index
from ..host import Host
from ..model.facts import Requester, RequesterKind
from ..model.plan import Missing, Reach

INFO = "/var/lib/dpkg/info"
SCRIPTS = ("postinst", "prerm")
COMMAND = re.compile(r"(?:^|[;&|(]|\b(?:then|do|else))\s*(?:\S*/)?([\w.+-]+)")


def run_on(host: Host, removed: Mapping[str, Sequence[str]], known: Index,
           requesters: Sequence[Requester]) -> Iterator[tuple[Reach, Missing]]:
    """One a requester and change."""
    programs = {item.name.rpartition("/")[2]: item.name for item in requesters
                if item.kind is RequesterKind.SCRIPT and item.name.startswith(("/usr/bin/", "/usr/sbin/"))}
    for change, paths in removed.items():
        seen: set[str] = set()
        gone = {owner.name: path for path in paths if (owner := known.owner_of(path)) is not None}
        for package, path in gone.items():
            for name, where in _commands(host, package):
                program = programs.get(name, "")
                if program and program not in seen:
                    seen.add(program)
                    yield (Reach(program, change, "", NAMES[NAMED], where),
                           Missing(program, change, where, path))


def _commands(host: Host, package: str) -> Iterator[tuple[str, str]]:
    """A command's name and where it stands."""
    names = [name for name in _listed(host) if name.rpartition(".")[0].partition(":")[0] == package]
    for name in names:
        path = f"{INFO}/{name}"
        try:
            lines = host.read_text(path).splitlines()
        except OSError:
            continue
        for number, line in enumerate(lines, 1):
            if not line.lstrip().startswith("#"):
                yield from ((command, f"{path}:{number}") for command in COMMAND.findall(line))


def _listed(host: Host) -> list[str]:
    try:
        return [name for name in host.list(INFO) if name.rpartition(".")[2] in SCRIPTS]
    except OSError:
        return []
