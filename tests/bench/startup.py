"""The startup hook's cost when there is nothing to do: python -m tests.bench.startup [PAIRS] [PYTHON] -> a table.

In process: the work of the .pth line, timed inside the interpreter, once with warm caches (the median of 300 times in
one process, which is how the limit was set) and once as each process pays it, the first time; beside both, what the
import of an empty module by the same line costs. Whole process: CPU time of `python -c
pass` with the hook and without, in pairs that alternate in one run; beside it the same measurement of two starts that
do not differ (A/A), which shows what the machine's noise is worth.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HOOK = Path(__file__).resolve().parents[2] / "hooks" / "startup"
IN_PROCESS_LIMIT = 0.15    # ms
WHOLE_LIMIT = 1.04
TIMED = """
import sys, time
sys.path.append({site!r})
line = open({site!r} + "/{name}").read()
times = []
for _ in range({times}):
    begin = time.process_time()
    exec(line)
    times.append((time.process_time() - begin) * 1000)
    for name in ("_pyguard_boot", "_pyguard_empty"):
        sys.modules.pop(name, None)
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PyguardFinder"]
print(sorted(times)[len(times) // 2])
"""


class Measured(NamedTuple):
    """Milliseconds in process, ratios and milliseconds of whole processes."""

    warm: float
    warm_floor: float
    cold: float
    cold_floor: float
    ratio: float
    difference: float
    control: float
    noise: float


def main() -> int:
    """Print the table; 0 when both limits hold."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    python = sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/python3"
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(python, pairs, scratch)
    print(f"{python}, {pairs} pairs, CPU time, medians")
    print(f"in process, warm            {found.warm:.3f} ms, an empty module {found.warm_floor:.3f}    "
          f"at most {IN_PROCESS_LIMIT}")
    print(f"in process, first time      {found.cold:.3f} ms, an empty module {found.cold_floor:.3f}")
    print(f"whole process, with/without {found.ratio:.3f} ({found.difference:+.2f} ms)  at most {WHOLE_LIMIT}")
    print(f"whole process, A/A control  {found.control:.3f} ({found.noise:+.2f} ms)")
    return 0 if found.warm <= IN_PROCESS_LIMIT and found.ratio <= WHOLE_LIMIT else 1


def measure(python: str, pairs: int, scratch: str) -> Measured:
    """All of it, in a scratch directory."""
    site = prepare(python, scratch)
    warm, warm_floor = (in_process(python, site, name, 300) for name in ("pyguard.pth", "empty.line"))
    cold, cold_floor = (statistics.median(in_process(python, site, name, 1) for _ in range(pairs))
                        for name in ("pyguard.pth", "empty.line"))
    hooked, plain = environment(scratch + "/with"), environment(scratch + "/without")
    ratio, difference = compare(python, hooked, plain, pairs)
    control, noise = compare(python, plain, environment(scratch + "/control"), pairs)
    return Measured(warm, warm_floor, cold, cold_floor, ratio, difference, control, noise)


def prepare(python: str, scratch: str) -> str:
    """Three user bases: with the hook (compiled, configured, with a notice), empty, and empty once more."""
    version = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], check=True,
                             capture_output=True, text=True).stdout.strip()
    for name in ("with", "without", "control"):
        os.makedirs(f"{scratch}/{name}/lib/python{version}/site-packages")
    site = f"{scratch}/with/lib/python{version}/site-packages"
    for path in [*HOOK.glob("_pyguard*.py"), HOOK / "pyguard.pth"]:
        shutil.copy(path, site)
    notice = Path(scratch, "notice")
    Path(site, "_pyguard.conf").write_text(f"engine={python}\nengine=-I\nengine-file={python}\nnotice={notice}\n"
                                           "notice=~/.local/state/pyguard/notices/none\n")
    notice.write_text(f"pyguard-notice\t1\ninterpreter\t{python}\nsite\t{HOOK}\t{os.stat(HOOK).st_mtime_ns}\n"
                      f"shadow\tcolour\t{HOOK}\tcolour 2\tcolour 1\tpython3-colour\nend\n")
    line = Path(site, "pyguard.pth").read_text()
    Path(site, "empty.line").write_text(line.replace("_pyguard_boot", "_pyguard_empty"))    # no .pth: nobody starts it
    Path(site, "_pyguard_empty.py").write_text("")
    subprocess.run([python, "-m", "compileall", "-q", site], check=True)
    return site


def environment(base: str) -> dict[str, str]:
    """A start's variables; only the user base differs."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONUSERBASE": base}


def in_process(python: str, site: str, name: str, times: int) -> float:
    """The median of that many times in one process, in milliseconds of CPU time."""
    code = TIMED.format(site=site, name=name, times=times)
    done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    return float(done.stdout)


def compare(python: str, first: dict[str, str], second: dict[str, str], pairs: int) -> tuple[float, float]:
    """The median ratio and the median difference in milliseconds of pairs, whose order alternates."""
    ratios, differences = [], []
    for number in range(pairs):
        one, other = (first, second) if number % 2 == 0 else (second, first)
        times = {id(one): cpu(python, one)}
        times[id(other)] = cpu(python, other)
        ratios.append(times[id(first)] / times[id(second)])
        differences.append((times[id(first)] - times[id(second)]) * 1000)
    return statistics.median(ratios), statistics.median(differences)


def cpu(python: str, variables: dict[str, str]) -> float:
    """Seconds of user and system time of one start."""
    child = os.posix_spawn(python, [python, "-c", "pass"], variables)
    usage = os.wait4(child, 0)[2]
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
