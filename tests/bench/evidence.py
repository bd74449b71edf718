"""What evidence costs on the ground truth's system: closures cold, warm and after a change; at risk; a rehearsal.

usage: python -m tests.bench.evidence LAB [REQUIREMENT]    LAB: the directory with base-packages.txt

Seconds of wall clock; on a loaded machine look at the CPU seconds beside them. Wheels are fetched before anything is
measured. Exits 1 where a bound is broken: cold closures 60 s, incremental 2 s, at risk with warm closures 3 s,
rehearsal 60 s, the same again 5 s.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

from tests.lab import system
from tests.lab.inside import CACHE, View, opened

BOUNDS = {"cold": 60.0, "incremental": 2.0, "at risk": 3.0, "rehearsal": 60.0, "rehearsed again": 5.0}
INSTALL = ("pip", "install", "--break-system-packages")


def main() -> int:
    """Prints a line a measurement."""
    lab, wanted = sys.argv[1], (sys.argv[2:] or ["cryptography==42.0.8"])[0]
    layers = system.layers(system.packages(f"{lab}/base-packages.txt"))
    found: dict[str, tuple[float, float]] = {}
    argv = [*INSTALL, wanted]
    with opened(":".join(layers), None) as inside, inside.overlay("root") as view:
        forget(view, "closures-", "summaries-", "rehearsed")
        base = timed(lambda: view.explain(argv, "declared", {}))
        found["cold"] = less(timed(lambda: view.explain(argv, "resolved", {})), base)
        resolved = timed(lambda: view.explain(argv, "resolved", {}))
        found["at risk"] = less(resolved, resolution(view, argv))
        view.run(["sh", "-c", "echo '# changed' >>/usr/lib/python3/dist-packages/six.py; "
                  "touch /usr/lib/python3/dist-packages"], {})
        found["incremental"] = less(timed(lambda: view.explain(argv, "resolved", {})), resolved)
        found["rehearsal"] = timed(lambda: view.explain(argv, "rehearsed", {}))
        found["rehearsed again"] = less(timed(lambda: view.explain(argv, "rehearsed", {})), resolution(view, argv))
    for name, (seconds, cpu) in found.items():
        print(f"{name:16} {seconds:6.1f} s, {cpu:6.1f} s of CPU, bound {BOUNDS[name]:.0f} s")
    return 0 if all(seconds <= BOUNDS[name] for name, (seconds, _) in found.items()) else 1


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall clock and of CPU, those of its children included."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, cpu


def less(whole: tuple[float, float], part: tuple[float, float]) -> tuple[float, float]:
    """What remains without a part that is not what is measured."""
    return max(whole[0] - part[0], 0.0), max(whole[1] - part[1], 0.0)


def resolution(view: View, argv: list[str]) -> tuple[float, float]:
    """pip's own share: the question that pyguard asks it."""
    return timed(lambda: view.run(["/usr/bin/python3", "-m", *argv, "--dry-run", "--quiet", "--report", "/dev/null",
                                   "--only-binary", ":all:"], {}))


def forget(view: View, *names: str) -> None:
    """Caches whose names begin so."""
    view.run(["sh", "-c", " ".join(["rm", "-f", *(f"{CACHE}/{name}*" for name in names)])], {})


if __name__ == "__main__":
    sys.exit(main())
