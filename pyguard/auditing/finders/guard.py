"""The distribution's EXTERNALLY-MANAGED file: gone, or not the one the package manager wrote (PEP 668)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ...facts.ownership.contents import read_contents
from ...model.impact import GuardRemoved
from ..world import World

NAME = "EXTERNALLY-MANAGED"
FILE = "/EXTERNALLY-MANAGED"
LIMIT = 1024 * 1024


def find(world: World) -> Iterator[GuardRemoved]:
    """Only where an OS package has one: Debian 11 and Fedora never had."""
    for each in world.packages.diversions:
        if (each.is_local and each.source.endswith(FILE) and each.target in world.packages.owners
                and not world.host.exists(each.source)):
            yield GuardRemoved(each.source, f"was diverted to {each.target}")
    owners = {path: package for path, package in world.packages.owners.items() if path.endswith(FILE)}
    if not owners:
        return
    digests = {content.path: content for content in read_contents(world.host, set(owners.values()))
               if content.path in owners}
    for path in sorted(owners):
        try:
            data = world.host.read_bytes(path, LIMIT)
        except OSError:
            yield GuardRemoved(path, f"is gone ({owners[path]} put it there)")
            continue
        content = digests.get(path)
        if content and hashlib.new(content.algorithm, data, usedforsecurity=False).hexdigest() != content.digest:
            yield GuardRemoved(path, f"was edited ({owners[path]} wrote another text)")
