"""Names that somebody typed in; the requesters that are meant out, and the names that are nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from ..model.facts import Requester


def choose(names: Iterable[str], requesters: Sequence[Requester], reached: Iterable[str]) -> tuple[frozenset[str],
                                                                                                 tuple[str, ...]]:
    """A requester is meant by its own name, by its OS package's, and a program by its file's name as well.

    `reached`: names of requesters that stand in no list of the package manager's, such as programs in /usr/local/bin.
    """
    meant: dict[str, set[str]] = {}
    for name in (*(item.name for item in requesters), *reached):
        meant.setdefault(name, set()).add(name)
        if name.startswith("/"):
            meant.setdefault(os.path.basename(name), set()).add(name)
    for item in requesters:
        if item.owner is not None:
            meant.setdefault(item.owner.name, set()).add(item.name)
    wanted = tuple(dict.fromkeys(names))
    found = (meant[name] for name in wanted if name in meant)
    return frozenset().union(*found), tuple(name for name in wanted if name not in meant)
