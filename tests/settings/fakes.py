"""A tree whose files belong to whom a test says, and a store that counts."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Optional

from pyguard.host import Host

ALICE = 1000


class Machine(Host):
    """A tree in which files belong to whom the test says: root, but for what is in a home."""

    def __init__(self, root: Path) -> None:
        super().__init__(str(root))
        self.owners: dict[str, int] = {}
        self.modes: dict[str, int] = {}
        self.texts = 0
        self.closed = ""    # a directory that may not be entered

    def put(self, path: str, text: str, uid: Optional[int] = None, mode: int = 0o644) -> None:
        place = Path(self.root + path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        self.owners[path] = (ALICE if path.startswith("/home/") else 0) if uid is None else uid
        self.modes[path] = mode

    def stat(self, path: str, follow: bool = True) -> os.stat_result:
        if self.closed and path.startswith(f"{self.closed}/"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        found = list(super().stat(path, follow))
        home = ALICE if path.startswith("/home/alice") else 0
        found[0] = (found[0] & ~0o777) | self.modes.get(path, 0o755)
        found[4] = self.owners.get(path, home)
        real = super().stat(path, follow)
        return os.stat_result([*found[:10], real.st_atime, real.st_mtime, real.st_ctime, real.st_atime_ns,
                               real.st_mtime_ns, real.st_ctime_ns])

    def read_text(self, path: str, limit: int = 1 << 20) -> str:
        self.texts += 1
        return super().read_text(path, limit)


class Memory:
    """A store that counts what it is asked for."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.hits = 0

    def read(self, name: str, key: str) -> Optional[str]:
        self.hits += (name, key) in self.kept
        return self.kept.get((name, key))

    def write(self, name: str, key: str, text: str) -> None:
        self.kept[name, key] = text
