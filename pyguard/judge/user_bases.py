"""A Target -> whose user site it is, if not the caller's: whoever writes there, its owner imports from it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..facts.accounts import all_homes
from ..host import Host
from ..model.facts import Interpreter
from ..model.paths import absolute
from ..model.plan import Target
from .identify import Caller
from .links import real_path


def base_reached(host: Host, target: Target, caller: Caller, interpreter: Interpreter) -> str:
    """The user base (PYTHONUSERBASE, ~/.local) whose site directory the target is, or an empty text.

    That the variables of the moment leave it out (PYTHONNOUSERSITE) is no matter: the next program looks there.
    """
    name = os.path.basename(interpreter.stdlib)
    written = {real_path(host, path) for path in (target.purelib, target.platlib)}
    for base in dict.fromkeys(_bases(host, caller)):
        if name and real_path(host, f"{base}/lib/{name}/site-packages") in written:
            return base
    return ""


def _bases(host: Host, caller: Caller) -> Iterator[str]:
    """The caller's own, those of who typed `sudo`, everybody's."""
    for one in filter(None, (caller, caller.behalf)):
        named, home = one.environ.get("PYTHONUSERBASE", ""), one.environ.get("HOME", "")
        if named:
            yield absolute(named, one.cwd)
        if home.startswith("/"):
            yield f"{home.rstrip('/')}/.local"
    for home in all_homes(host):
        yield f"{home}/.local"
