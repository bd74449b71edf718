"""The packages as build.sh makes them from this working tree: once for each state of it, kept in the tests' cache."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import rootcache
from tests.checkout import CHECKOUT, tracked_files

PACKED = ("pyguard/", "hooks/", "pyproject.toml", "README.md", "LICENSE")
NAME = "os-packages-"
UNUSED = 4 * 3600    # seconds
EPOCH = "1790000000"
UNREACHABLE = ("could not be fetched", "could not be installed")


@functools.cache
def packages() -> Path:
    """The directory with .deb, .rpm, wheel and sdist; skips where a tool or the package index is missing."""
    for program in ("dpkg-deb", "rpmbuild", "gzip", "md5sum"):
        if not shutil.which(program):
            pytest.skip(f"needs the program {program}")
    for module in ("hatchling", "twine"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module} (pip install .[test])")
    place = os.path.join(rootcache.cache_directory(), NAME + digest())
    with rootcache.locked(os.path.join(rootcache.cache_directory(), NAME + "build.lock")):
        if not os.path.isdir(place):
            sweep()
            with rootcache.building(place) as target:
                build(target)
        os.utime(place)
    return Path(place)


def sweep() -> None:
    """Those of other states of the tree go when nobody has asked for them for a while: another run may be at work."""
    for name in os.listdir(rootcache.cache_directory()):
        path = os.path.join(rootcache.cache_directory(), name)
        if name.startswith(NAME) and os.path.isdir(path) and time.time() - os.stat(path).st_mtime > UNUSED:
            shutil.rmtree(path, ignore_errors=True)


def build(target: str) -> None:
    """With the wheels that are packed inside from the cache, where they lie by what pyproject.toml asks for."""
    wanted = hashlib.sha256((CHECKOUT / "pyproject.toml").read_bytes()).hexdigest()[:16]
    wheels = os.path.join(rootcache.cache_directory(), f"packed-wheels-{wanted}")
    done = run_build("--out", target, "--wheels", wheels, "--tools", sys.executable)
    if done.returncode and any(words in done.stderr for words in UNREACHABLE):
        pytest.skip(f"no packages: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    os.chmod(target, 0o755)


def run_build(*options: str, cwd: str = "/") -> subprocess.CompletedProcess[str]:
    """build.sh with these options."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    return subprocess.run(["sh", str(CHECKOUT / "hooks/packaging/build.sh"), *options], env=environment, cwd=cwd,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False)


def digest() -> str:
    """Of everything that goes into the packages."""
    total = hashlib.sha256()
    for name in sorted(tracked_files()):
        if name.startswith(PACKED):
            total.update(name.encode() + b"\0" + (CHECKOUT / name).read_bytes() + b"\0")
    return total.hexdigest()[:16]


def package(kind: str) -> Path:
    """The one of this kind: deb, rpm, whl, tar.gz."""
    found, = packages().glob(f"*.{kind}")
    return found
