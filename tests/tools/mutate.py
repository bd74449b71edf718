"""Mutation testing of what decides: each small change to pyguard/impact and pyguard/policy has to fail a test.

Run as `python -m tests.tools.mutate`: mutmut works in a copy of the checkout, in an environment of its own below
the tests' cache; [tool.mutmut] in pyproject.toml names what is mutated and which tests may notice.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.checkout import tracked_files

TOP = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = ("mutmut>=3.8,<4",)
WANTED = 0.85


class Score(NamedTuple):
    """How many mutants there were, how many a test failed for, and the names of the others."""

    total: int
    killed: int
    survivors: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of all mutants, also of those that no test reaches."""
        return self.killed / self.total if self.total else 0.0


def environment() -> Path:
    """A virtual environment with mutmut and what the tests need, made anew when that has changed."""
    cache = Path(os.environ.get("PYGUARD_TEST_CACHE") or TOP / ".cache")
    place = cache / f"mutation-{sys.version_info[0]}.{sys.version_info[1]}"
    stamp = " ".join(REQUIREMENTS) + "\n" + (TOP / "pyproject.toml").read_text(encoding="utf-8")
    if not (place / "stamp").exists() or (place / "stamp").read_text(encoding="utf-8") != stamp:
        shutil.rmtree(place, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(place)], TOP)
        run([str(place / "bin/python"), "-I", "-m", "pip", "install", "--quiet", *REQUIREMENTS, f"{TOP}[test]"], TOP)
        run([str(place / "bin/python"), "-I", "-m", "pip", "uninstall", "--quiet", "--yes", "pyguard-system"], TOP)
        (place / "stamp").write_text(stamp, encoding="utf-8")
    return place


def copy_checkout(target: Path) -> None:
    """The tracked files and those that git would track."""
    for name in tracked_files():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, target / name)


def run(argv: list[str], directory: Path, timeout: float = 3600) -> str:
    """Its standard output; what it says is in the error when it fails."""
    done = subprocess.run(argv, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=timeout)
    if done.returncode:
        raise RuntimeError(f"{argv[:4]} exited {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def mutate(children: int = os.cpu_count() or 1) -> Score:
    """The score; raises RuntimeError when mutmut itself fails, as it does when the tests fail without a mutation."""
    program = str(environment() / "bin/mutmut")
    with tempfile.TemporaryDirectory(prefix="pyguard-mutation-") as scratch:
        place = Path(scratch)
        copy_checkout(place)
        run([program, "run", "--max-children", str(children)], place)
        run([program, "export-cicd-stats"], place)
        counts = json.loads((place / "mutants/mutmut-cicd-stats.json").read_text(encoding="utf-8"))
        lines = run([program, "results"], place).splitlines()
    left = tuple(line.strip() for line in lines if line.strip())
    return Score(counts["total"], counts["killed"] + counts.get("timeout", 0), left)


def main() -> int:
    """The number, and each survivor by the name that `mutmut show` takes."""
    score = mutate()
    for name in score.survivors:
        print(name)
    print(f"mutation testing: {score.killed} of {score.total} killed, {100 * score.share:.1f} %")
    return 0 if score.share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
