"""/usr/bin/python3 and its kind turned to another Python, by a link, through alternatives or by a diversion.

dpkg -V is silent about a link that leads elsewhere: links have no digest.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...host import Host
from ...model.frozen import replace
from ...model.impact import InterpreterReplaced
from ..world import World

NAME = "interpreters"
ALTERNATIVES = "/etc/alternatives/"


def find(world: World) -> Iterator[InterpreterReplaced]:
    """One effect a program."""
    turned = {each.source: each.target for each in world.packages.diversions if each.is_local}
    for path, expected in world.links.items():
        found = _replaced(world.host, path, expected)
        if found is None:
            continue
        if path in turned:
            found = replace(found, how=f"it was diverted to {turned[path]}, and has to lead to {expected}")
        yield found


def _replaced(host: Host, path: str, expected: str) -> InterpreterReplaced | None:
    if not host.is_link(path):
        if not host.exists(path):
            return InterpreterReplaced(path, "", f"it has to lead to {expected}")
        return InterpreterReplaced(path, "a file of its own", f"it has to be a link to {expected}")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), host.readlink(path)))
    if target == expected:
        return None
    leads = host.realpath(path)
    if target.startswith(ALTERNATIVES):
        return InterpreterReplaced(path, leads, f"{target} (update-alternatives) does it")
    return InterpreterReplaced(path, leads, f"it has to lead to {expected}")
