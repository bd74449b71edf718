"""Paths of Python files in, their summaries out: from a cache where size and time are the same, else read in parallel.

Summaries are kept by what `stat` says of the file; a file whose content changed without that (nothing that
installs does so) is seen when the cache is thrown away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

from ..cache import read_cached, write_cached
from .summary import FORMAT, Summary, summarise

CHUNK = 40           # files a worker reads at a time
WORTH_WORKERS = 300  # fewer files are read faster than workers start
LARGEST = 2 * 1024 * 1024    # a source file larger than that is data


class Store:
    """Summaries of files below `root`, those that were kept and those read since."""

    def __init__(self, root: str = "", version: tuple[int, int] = (3, 11), workers: int = 1,
                 progress: Optional[Callable[[int, int], None]] = None) -> None:
        self.root = root
        self.version = version
        self.workers = workers
        self.progress = progress
        self.rows: dict[str, list[Any]] = {}    # path -> size, mtime_ns, summary
        self.read = 0
        self.seen = 0
        self._pool: Any = None
        self._checked: set[str] = set()

    def load(self, cache: Sequence[str], name: str, uid: int) -> None:
        """What an earlier run kept; nothing where that is for another format."""
        text = read_cached(cache, name, self._key(), uid) if cache else None
        if text is not None:
            self.rows = json.loads(text)

    def save(self, cache: Sequence[str], name: str, uid: int) -> None:
        """Keep what is still used; a cache that takes nothing costs the next run its time only."""
        if cache and self.read:
            rows = {path: row for path, row in self.rows.items() if path in self._checked}
            write_cached(cache, name, self._key(), json.dumps(rows, separators=(",", ":")), uid)

    def _key(self) -> str:
        return json.dumps([FORMAT, self.root, self.version])

    def get(self, paths: Sequence[str]) -> Mapping[str, Optional[Summary]]:
        """A summary for each path, None where it is no Python or cannot be read."""
        stale = []
        for path in paths:
            stamp = stamp_of(self.root + path)
            row = self.rows.get(path)
            self._checked.add(path)
            if row is None or row[:2] != stamp:
                self.rows[path] = [*stamp, None]
                if stamp[0] >= 0:
                    stale.append(path)
        self.seen += len(paths)
        for path, summary in self._read(stale):
            self.rows[path][2] = summary
            self.read += 1
        return {path: self.rows[path][2] for path in paths}

    def _read(self, paths: Sequence[str]) -> Sequence[tuple[str, Optional[Summary]]]:
        chunks = [(self.root, self.version, paths[start:start + CHUNK]) for start in range(0, len(paths), CHUNK)]
        pool = self._workers() if self._pool is not None or len(paths) >= WORTH_WORKERS else None
        found = map(_read_chunk, chunks) if pool is None else pool.map(_read_chunk, chunks)
        rows: list[tuple[str, Optional[Summary]]] = []
        for chunk in found:
            rows += chunk
            if self.progress:
                self.progress(self.seen - len(paths) + len(rows), self.seen)
        return rows

    def _workers(self) -> Any:
        """None where one process has to do it: no /dev/shm that this user can write to, no more processes."""
        if self._pool is None and self.workers > 1:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor  # 30 ms: only who reads hundreds of files pays

            try:
                self._pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("fork"))
                self._pool.submit(int).result()
            except (OSError, RuntimeError):
                self._pool, self.workers = None, 1
        return self._pool

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def stamp_of(path: str) -> list[int]:
    """Size and time of change; -1 for what is not there, or too large to be a source."""
    try:
        status = os.stat(path)
    except OSError:
        return [-1, 0]
    return [status.st_size, status.st_mtime_ns] if status.st_size <= LARGEST else [-1, 0]


def _read_chunk(work: tuple[str, tuple[int, int], Sequence[str]]) -> list[tuple[str, Optional[Summary]]]:
    root, version, paths = work
    return [(path, _read_one(root + path, version)) for path in paths]


def _read_one(path: str, version: tuple[int, int]) -> Optional[Summary]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return summarise(file.read(LARGEST), version)
    except OSError:
        return None
