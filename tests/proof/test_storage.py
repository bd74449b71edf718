"""What is said to be freed is what df shows afterwards, on a file system of the test's own."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyguard.storage.measure import measure, together
from tests.rootcache import enter_private_namespace

pytestmark = pytest.mark.proof


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An empty ext4 of 64 MiB."""
    if not shutil.which("mkfs.ext4"):
        pytest.skip("needs mkfs.ext4")
    enter_private_namespace()
    image, place = tmp_path / "image", tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    place.mkdir()
    done = subprocess.run(["mount", "-o", "loop", str(image), str(place)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no loop mount: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def used(place: Path) -> int:
    """Bytes in use as df counts them (statvfs), after everything has reached the disk."""
    os.sync()
    status = os.statvfs(place)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


def lay_out(top: Path, seed: int) -> list[Path]:
    """A package cache and environments with hard links, soft links and copies of it; and two disks' worth of names."""
    chance = random.Random(seed)
    packages = top / "pkgs"
    for number in range(12):
        for name in range(chance.randrange(1, 12)):
            path = packages / f"p{number}" / "lib" / f"f{name}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(chance.randbytes(chance.randrange(0, 60_000)))
    environments = [top / "envs" / f"e{number}" for number in range(4)]
    for environment in environments:
        for package in sorted(packages.iterdir()):
            if chance.random() < 0.7:
                link(package, environment, chance.choice((os.link, os.link, shutil.copyfile, os.symlink)))
    return [packages, *environments]


def link(package: Path, environment: Path, how) -> None:
    for file in sorted(package.rglob("f*")):
        target = environment / package.name / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        how(file, target)


@pytest.mark.parametrize("seed", range(5))
def test_freed_is_what_df_shows(disk: Path, seed: int) -> None:
    trees = lay_out(disk, seed)
    full = used(disk)
    assert together(measure(str(tree)) for tree in trees)[1] > 0
    random.Random(seed).shuffle(trees)
    for tree in trees:
        said = measure(str(tree)).freed
        shutil.rmtree(tree)
        now = used(disk)
        assert full - now == said, tree
        full = now


def test_another_disk_is_not_entered(disk: Path, tmp_path: Path) -> None:
    (disk / "big").write_bytes(b"x" * 1_000_000)
    tree = measure(str(tmp_path))
    assert (str(disk), "another file system") in tree.problems
