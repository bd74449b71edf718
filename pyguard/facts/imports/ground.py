"""What a graph of imports rests on: the files it was read from, the directories that names were looked up in."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

from .store import stamp_of

MOST_CHANGED = 600    # more changed files than that are read with all others, in parallel


class Ground(NamedTuple):
    """`files`: size and time of change. `listings`: time of change, and a checksum of what can be imported there."""

    files: Mapping[str, list[int]]
    listings: Mapping[str, list[int]]
    inputs: str

    def changed_files(self, root: str) -> Optional[list[str]]:
        """Those that are not what they were; None where names have come or gone, or too much is different."""
        for directory, (time, checksum) in self.listings.items():
            now = _time_of(root + directory)
            if now != time and _checksum(root + directory) != checksum:
                return None
        found = [path for path, stamp in self.files.items() if stamp_of(root + path) != stamp]
        return found if len(found) <= MOST_CHANGED else None


def lay_ground(root: str, files: Iterable[str], directories: Iterable[str], inputs: str) -> Ground:
    """As things are now."""
    return Ground({path: stamp_of(root + path) for path in files},
                  {path: [_time_of(root + path), _checksum(root + path)] for path in directories}, inputs)


def _time_of(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1


def _checksum(path: str) -> int:
    """Metadata of distributions has a version in its name, and is no module."""
    try:
        names = sorted(name for name in os.listdir(path) if name.partition(".")[0].isidentifier())
    except OSError:
        return -1
    return zlib.crc32("\n".join(names).encode("utf-8", "surrogateescape"))
