"""Real interpreters of the machine the tests run on, ways to ask them, and hosts that start nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pyguard.host import Host

PROBE = Path(__file__).parents[2] / "pyguard" / "facts" / "probe.py"
CLEAN = {"HOME": "/nonexistent"}


def find_real_pythons() -> dict[str, str]:
    """Minor version -> a real interpreter that is no environment: PATH, /usr/bin, pyenv, /opt."""
    versions = Path(os.environ.get("PYENV_ROOT", "") or Path.home() / ".pyenv", "versions")
    directories = [Path("/usr/bin"), *sorted(versions.glob("*/bin")), Path("/usr/local/bin")]
    directories += [Path(entry) for entry in os.environ.get("PATH", "").split(":") if entry.startswith("/")]
    found: dict[str, str] = {}
    for directory in directories:
        for file in sorted(directory.glob("python[23].*")) if directory.is_dir() else ():
            name = re.fullmatch(r"python(\d\.\d+)", file.name)
            if not name or (file.parent.parent / "pyvenv.cfg").exists():
                continue
            if file.read_bytes()[:2] != b"#!" and os.access(file, os.X_OK):
                found.setdefault(name[1], str(file))
    return found


REAL = find_real_pythons()
SUPPORTED = {minor: path for minor, path in REAL.items() if int(minor.split(".")[1]) >= 6 and minor[0] == "3"}
SYSTEM = "/usr/bin/python3"


class StillHost(Host):
    """A host on which starting anything is a failure of the test."""

    def run(self, argv, environment=None, timeout=10.0, cwd="/"):    # type: ignore[no-untyped-def]
        raise AssertionError(f"{argv[0]} was started")


class Zoo:
    """Makes environments in a directory and asks interpreters what they are."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.host = StillHost()

    def ask(self, path: str | Path, argv0: str = "", **environment: str) -> dict:
        """What the interpreter says about itself: the same questions as the probe, asked by hand."""
        isolated = [] if environment else ["-I"]
        argv = [argv0 or str(path), *isolated, "-B", "-c", PROBE.read_text(), "<<", ">>"]
        done = subprocess.run(argv, executable=str(path), env={**CLEAN, **environment}, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, cwd=self.directory,
                              timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.split("<<")[1].split(">>")[0])

    def venv(self, python: str, name: str = "venv", *options: str) -> Path:
        """A virtual environment without pip, made by that interpreter."""
        target = self.directory / name
        subprocess.run([python, "-m", "venv", "--without-pip", *options, str(target)], check=True,
                       capture_output=True, env={"PATH": "/usr/bin:/bin"}, timeout=60)
        return target

    def prefix(self, python: str, name: str = "tree") -> Path:
        """A whole installation of its own: the file copied, the library directory linked."""
        minor = re.search(r"(\d\.\d+)$", os.path.realpath(python))[1]
        target = self.directory / name
        base = self.ask(python)["base_prefix"]
        (target / "bin").mkdir(parents=True, exist_ok=True)
        (target / "lib").mkdir(exist_ok=True)
        shutil.copy2(os.path.realpath(python), target / "bin" / f"python{minor}")
        (target / "bin" / "python").symlink_to(f"python{minor}")
        (target / "lib" / f"python{minor}").symlink_to(f"{base}/lib/python{minor}")
        return target

    def conda(self, python: str, name: str = "conda", *records: str) -> Path:
        """The same with conda-meta, as conda leaves it."""
        target = self.prefix(python, name)
        (target / "conda-meta").mkdir()
        (target / "conda-meta" / "history").write_text("==> 2024-01-01 00:00:00 <==\n")
        for record in records:
            (target / "conda-meta" / record).write_text("{}")
        return target


@pytest.fixture
def zoo(tmp_path: Path) -> Zoo:
    return Zoo(tmp_path)


@pytest.fixture(scope="session")
def real() -> dict[str, str]:
    return REAL


@pytest.fixture
def system_python() -> str:
    if not os.path.exists(SYSTEM):
        pytest.skip(f"there is no {SYSTEM} here")
    return SYSTEM


@pytest.fixture
def other_python() -> str:
    """A real interpreter that is not the system's: the newest one, to find differences."""
    others = [path for minor, path in sorted(SUPPORTED.items(), key=lambda item: int(item[0][2:]))
              if not path.startswith("/usr/bin/")]
    if not others:
        pytest.skip("no Python but the system's is installed here (pyenv, /usr/local)")
    return others[-1]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`any_python`: every supported real interpreter; `some_python`: the oldest, the system's, the newest."""
    ordered = sorted(SUPPORTED, key=lambda minor: int(minor[2:]))
    if "any_python" in metafunc.fixturenames:
        metafunc.parametrize("any_python", [SUPPORTED[minor] for minor in ordered], ids=ordered)
    if "some_python" in metafunc.fixturenames:
        systems = [minor for minor in ordered if SUPPORTED[minor].startswith("/usr/bin/")]
        picked = dict.fromkeys([*ordered[:1], *systems, *ordered[-1:]])
        metafunc.parametrize("some_python", [SUPPORTED[minor] for minor in picked], ids=list(picked))
