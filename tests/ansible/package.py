"""The OS package that the role rolls out, built once from this checkout by hooks/packaging/build.sh."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import rootcache
from tests.checkout import CHECKOUT, tracked_files

BUILD = "hooks/packaging/build.sh"
PARTS = ("hooks/", "pyguard/", "pyproject.toml", "README.md", "LICENSE")


@functools.cache
def package() -> Path:
    """The .deb; $PYGUARD_TEST_PACKAGE names another one. Skips with the reason where none can be built."""
    if os.environ.get("PYGUARD_TEST_PACKAGE"):
        return Path(os.environ["PYGUARD_TEST_PACKAGE"])
    digest = hashlib.sha256()
    for name in sorted(tracked_files()):
        if name.startswith(PARTS):
            digest.update(name.encode() + b"\0" + (CHECKOUT / name).read_bytes() + b"\0")
    place = Path(rootcache.cache_directory()) / f"package-{digest.hexdigest()[:16]}"
    with rootcache.locked(f"{place}.lock"):
        if not place.is_dir():
            with rootcache.building(str(place)) as target:
                done = subprocess.run(["sh", str(CHECKOUT / BUILD), "--out", target, "--only", "deb"],
                                      capture_output=True, text=True)
                if done.returncode:
                    pytest.skip(f"no package: {done.stderr.strip()[-400:]}")
            forget_others(place)
    [file] = place.glob("*.deb")
    return file


def forget_others(place: Path) -> None:
    """Packages of other states of the checkout."""
    for other in place.parent.glob("package-*[0-9a-f]"):
        if other.is_dir() and other != place:
            shutil.rmtree(other, ignore_errors=True)
