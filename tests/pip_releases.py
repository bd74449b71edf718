"""Real pip releases for tests: a release in, the directory with its package out, fetched once into the cache."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests import rootcache


@functools.cache
def unpacked(release: str) -> str:
    """A pip from the cache, unpacked; fetched into it by this Python's own pip if need be."""
    directory = rootcache.cache_directory()
    with rootcache.locked(os.path.join(directory, "pip-wheels.lock")):    # several processes ask at once
        return _unpacked(release, Path(directory, "pip-wheels"))


def _unpacked(release: str, cache: Path) -> str:
    cache.mkdir(exist_ok=True)
    pattern = f"pip-{release}*-none-any.whl" if release == "26" else f"pip-{release}-*.whl"
    wanted = "pip>=26,<27" if release == "26" else f"pip=={release}"
    if not list(cache.glob(pattern)):
        done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
                               "--ignore-requires-python", "-d", str(cache), wanted],
                              capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"needs the network or pip, to fetch {wanted}: {done.stderr.strip()[-200:]}")
    wheel = sorted(cache.glob(pattern))[-1]
    place = cache / wheel.name.split("-")[1]
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=cache) as scratch, zipfile.ZipFile(wheel) as archive:
            archive.extractall(scratch + "/pip")
            os.rename(scratch + "/pip", place)
    return str(place)
