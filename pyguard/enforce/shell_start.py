"""The lines that put the shims first, in the files that shells read when they start, and a record of them."""

from __future__ import annotations

import os
from typing import NamedTuple

from .manifest import Manifest
from .marked import BEGIN, END


class Start(NamedTuple):
    """A file that a shell reads and the line for it; `shared`: others have lines in it, ours are marked."""

    shell: str
    path: str
    line: str
    shared: bool


def install(start: Start, manifest: Manifest) -> bool:
    """Add the line, between two comments that mark it as ours; False where the file is a link or no file.

    A link leads to what a person keeps somewhere else, under version control perhaps: that is theirs to change.
    """
    if os.path.islink(start.path) or (os.path.lexists(start.path) and not os.path.isfile(start.path)):
        return False
    text = f"{BEGIN}\n{start.line}\n{END}\n".encode("utf-8", "surrogateescape")
    if not os.path.exists(start.path):
        manifest.create(start.path, text)
        return True
    with open(start.path, "rb") as file:
        old = file.read()
    if start.line.encode("utf-8", "surrogateescape") in old:
        return True    # it is there already: somebody has written it himself, or an OS package brought it
    if not start.shared:
        return False
    manifest.replace(start.path, old + (b"" if old.endswith(b"\n") or not old else b"\n") + text)
    return True
