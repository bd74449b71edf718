"""Run as a program: what an audit of this machine, or of a file system tree, costs; beside debsums where it is here.

    python tests/bench/audit.py [RUNS] [TREE]

Budgets: 700 OS packages at most 3 s cold and 0.5 s warm without contents; with contents not slower than debsums on the
same packages; 150 MB of memory; a tree of 2 GB at most 20 s.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pyguard.auditing.audit import audit
from pyguard.auditing.world import World, look_around
from pyguard.facts.accounts import read_accounts
from pyguard.host import Host
from pyguard.model.settings import Settings


def measure(work: Callable[[], object], runs: int) -> str:
    """Median of CPU and wall time, in milliseconds."""
    spent, waited = [], []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.monotonic()
        work()
        spent.append((time.process_time() - cpu) * 1000)
        waited.append((time.monotonic() - wall) * 1000)
    return f"CPU {statistics.median(spent):8.1f} ms   wall {statistics.median(waited):8.1f} ms"


def children(argv: list[str], runs: int) -> str:
    """CPU time of a program, as above."""
    spent = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(argv, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    return f"CPU {statistics.median(spent):8.1f} ms"


def main() -> None:
    """Print a line a measurement; the caches are a directory of its own."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    host = Host(sys.argv[2] if len(sys.argv) > 2 else "")
    accounts = read_accounts(host)

    def look(contents: bool, cache: tuple[str, ...]) -> World:
        return look_around(host, accounts, environ={}, uid=os.getuid(), cwd="/", cache=cache, contents=contents)

    world = look(False, ())
    print(f"{len(world.packages.packages)} packages, {len(world.carriers)} with Python, {len(accounts)} accounts")
    print("cold, without contents ", measure(lambda: audit(look(False, ()), Settings()), runs))
    with tempfile.TemporaryDirectory() as place:
        look(False, (place,))
        print("warm, without contents ", measure(lambda: audit(look(False, (place,)), Settings()), runs))
        print("warm, with contents    ", measure(lambda: audit(look(True, (place,)), Settings()), runs))
    if shutil.which("debsums"):
        root = [f"--root={host.root}"] if host.root else []
        print("debsums, same packages ", children(["debsums", "--silent", *root, *sorted(world.carriers)], runs))
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
