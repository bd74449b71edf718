"""Median time of static detection in this process, for each interpreter: fails above 5 ms."""

from __future__ import annotations

import os
import statistics
import sys
import time

from pyguard.facts.enumerate import find_interpreters
from pyguard.facts.interpreter import inspect
from pyguard.facts.shell_environment import shell_environment
from pyguard.facts.sites import site_directories
from pyguard.host import Host

LIMIT = 5.0    # milliseconds, median
ROUNDS = 50


def measure(action) -> float:
    """Median of the rounds in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> int:
    host, environment, uid = Host(), dict(os.environ), os.getuid()
    shell = shell_environment(environment)
    worst = 0.0
    for path in find_interpreters(host, environment):
        def detect(path: str = path):
            return inspect(host, path, environment=environment, uid=uid, probe=False)
        found = detect()
        kind, sites = measure(detect), measure(
            lambda found=found: site_directories(host, found, environment=shell, uid=uid))
        worst = max(worst, kind)
        print(f"{kind:7.3f} ms kind  {sites:7.3f} ms sites  {found.kind.value:14} {path}")
    print(f"{measure(lambda: find_interpreters(host, environment)):7.3f} ms to find them all")
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
