"""`pyguard facts --record NAME`: the facts of a host as a host file, which scenarios and `check` can stand on."""

from __future__ import annotations

import os
from typing import TextIO

from .. import __version__
from ..errors import UsageError
from ..facts.accounts import Account
from ..facts.record import record
from ..host import Host
from ..render.host_file import render_host_file
from ..render.words import os_name
from .outlet import write_file


def write_host_file(host: Host, interpreter: str, account: Account, name: str, note: str, cwd: str, force: bool,
                    stdout: TextIO) -> int:
    """Write NAME.toml, NAME being a path from the working directory; `-` is standard output.

    Raises UsageError for a file that is there already, unless it may be replaced.
    """
    path = locate_host_file(name, cwd)
    if path and os.path.lexists(path) and not force:
        raise UsageError("file-exists", f"{path} is there already", hint="--force replaces it")
    facts = record(host, interpreter, account)
    note = note or f"{os_name(facts.os)}, by pyguard {__version__}{' from a file system tree' if host.root else ''}"
    text = render_host_file(facts, recorded=True, note=note)
    if not path:
        stdout.write(text)
        return 0
    write_file(path, text, cwd)
    print(f"{path}: {len(facts.distributions)} distributions, {len(facts.requesters)} requesters, "
          f"{len(facts.gaps)} gaps", file=stdout)
    return 0


def locate_host_file(name: str, cwd: str) -> str:
    """Where it is written; empty for standard output."""
    if name == "-":
        return ""
    return os.path.join(cwd, name if name.endswith(".toml") else f"{name}.toml")
