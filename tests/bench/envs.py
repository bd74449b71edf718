"""Run as a program: `pyguard envs` beside the `du` that people type, on the wall, in turn.

    python tests/bench/envs.py [PAIRS]

Budget: 2.5 times `du -sh envs/*` over 200,000 files, although each file is also attributed: to whom it belongs,
and whether removing an environment would free it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.pairs import compare, show, wait_for

ENVIRONMENTS, PACKAGES, DIRECTORIES, FILES = 5, 100, 20, 20
LINKED = 13    # of 20 files are hard links into the package cache, as in an environment that conda made


def make_files(directory: Path, numbers: range) -> None:
    directory.mkdir(parents=True)
    for number in numbers:
        (directory / f"f{number}.py").write_bytes(b"x" * 100 * number)


def places() -> Iterator[tuple[str, str]]:
    """Where a package's files are in the cache, and where in an environment."""
    for package in range(PACKAGES):
        for directory in range(DIRECTORIES):
            yield (f"p{package}-1.0-0/lib/d{directory}", f"lib/python3.11/site-packages/p{package}/d{directory}")


def make_base(base: Path) -> None:
    """A base, its package cache and environments of 40,000 files each."""
    (base / "conda-meta").mkdir(parents=True)
    for name in ("history", "conda-26.7.0-py311_0.json"):
        (base / "conda-meta" / name).write_text("{}")
    for source, _ in places():
        make_files(base / "pkgs" / source, range(LINKED))
    for number in range(ENVIRONMENTS):
        prefix = base / "envs" / f"e{number}"
        (prefix / "conda-meta").mkdir(parents=True)
        (prefix / "conda-meta" / "history").write_text("")
        for source, target in places():
            make_files(prefix / target, range(LINKED, FILES))
            for name in os.listdir(base / "pkgs" / source):
                os.link(base / "pkgs" / source / name, prefix / target / name)


def main() -> None:
    """Print one line a comparison."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as home:
        make_base(Path(home, "miniconda3"))
        environ = {"HOME": home, "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
        count = ENVIRONMENTS * PACKAGES * DIRECTORIES * FILES
        ours = [sys.executable, "-m", "pyguard", "envs"]
        du = ["/bin/sh", "-c", f"du -sh {home}/miniconda3/envs/* | sort -hr"]
        print(show(f"pyguard envs over {count} files, du beside it", compare(ours, du, pairs, environ, wait_for), 2.5))
        print(show("du beside itself", compare(du, du, pairs, environ, wait_for)))


if __name__ == "__main__":
    main()
