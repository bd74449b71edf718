"""Run as a program: CPU time of building the index of this machine, of opening the kept one, and of Facts.

    python tests/bench/index.py [RUNS]

Budgets: 0.3 s cold and 20 ms kept, for 700 OS packages.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pyguard.facts.collect import collect
from pyguard.facts.index import open_index
from pyguard.facts.ownership import load_packages
from pyguard.host import Host
from pyguard.model.facts import OwnerKind, SiteDirectory

SITE = SiteDirectory("/usr/lib/python3/dist-packages", OwnerKind.OS, "deb_system", 2)


def measure(work: Callable[[], object], runs: int) -> str:
    """Median and worst CPU time in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return f"median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms"


def main() -> None:
    """Print four lines."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    uid = os.getuid()
    host = Host()

    def ask(cache: tuple[str, ...]) -> None:
        index = open_index(host, [SITE], cache=cache, uid=uid)
        owners = {item.owner.name for item in index.distributions({"cryptography"}) if item.owner}
        index.requesters(owners)

    with tempfile.TemporaryDirectory() as place:
        print(f"{len(load_packages(host).packages)} packages, Python {sys.version.split()[0]}")
        print("index, cold  ", measure(lambda: ask(()), runs))
        ask((place,))
        print("index, kept  ", measure(lambda: ask((place,)), runs * 5))
        print("facts, kept  ", measure(lambda: collect(
            host, "/usr/bin/python3", environment={"PATH": "/usr/bin"}, uid=uid, cwd="/", cache=(place,),
            wanted={"cryptography"}), runs * 5))


if __name__ == "__main__":
    main()
