"""What is said to be freed is what df shows afterwards, on a file system of the test's own."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.inventory import Asker, take_stock
from pyguard.model.storage import EntryState, StorageKind
from pyguard.storage.measure import measure, together
from tests.conda.channel import MINOR, Channel
from tests.conda.world import STANDIN
from tests.rootcache import enter_private_namespace

pytestmark = pytest.mark.proof


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path, "disk") as place:
        yield place


@contextlib.contextmanager
def mounted(tmp_path: Path, name: str) -> Iterator[Path]:
    """An empty ext4 of 64 MiB."""
    if not shutil.which("mkfs.ext4"):
        pytest.skip("needs mkfs.ext4")
    enter_private_namespace()
    image, place = tmp_path / f"{name}.image", tmp_path / name
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


@pytest.mark.skipif(sys.version_info < (3, 10), reason="py-rattler needs Python 3.10")
def test_environments_that_rattler_made_on_two_disks(disk: Path, tmp_path: Path) -> None:
    channel = Channel(tmp_path / "channel")
    channel.add("python", f"{MINOR}.0", (), {"bin/python": "#!/bin/sh\n" + "x" * 50_000})
    for name in ("numpy", "pandas", "six"):
        channel.add(name, "1.0", ("python",), {f"lib/{name}/{number}": name * 4000 for number in range(8)})
    channel.write()
    with mounted(tmp_path, "other") as other:
        base = disk / "home" / "miniforge3"
        (base / "conda-meta").mkdir(parents=True)
        (base / "condabin").mkdir()
        (base / "conda-meta" / "history").write_text("")
        (base / "conda-meta" / "conda-26.7.0-0.json").write_text("{}")
        prefixes = [base / "envs" / "one", base / "envs" / "two", other / "three"]
        for prefix, names in zip(prefixes, (("numpy", "pandas"), ("numpy",), ("numpy",))):
            create(base, channel, prefix, names)
        check(disk, other, prefixes)


def create(base: Path, channel: Channel, prefix: Path, names: tuple[str, ...]) -> None:
    environ = {"HOME": str(base.parent), "PATH": os.environ["PATH"],
               "PYGUARD_STANDIN": f"{base}\n{channel.url}\n{base.parent}/log"}
    subprocess.run([sys.executable, str(STANDIN), "create", "--yes", "-p", str(prefix), *names], env=environ,
                   check=True, capture_output=True)


def check(disk: Path, other: Path, prefixes: list[Path]) -> None:
    home = disk / "home"
    environ = {"HOME": str(home)}
    report = take_stock(Host(), Asker(environ, str(home), 65533), (str(other),), True)
    found = {each.prefix: each for each in report.environments}
    for prefix, place in zip(prefixes, (disk, disk, other)):
        each = found[str(prefix)]
        assert each.kind is StorageKind.CONDA and each.python.startswith(MINOR)
        full = used(place)
        said = measure(str(prefix)).freed    # what is freed grows when another name of the same file has gone
        shutil.rmtree(prefix)
        assert full - used(place) == said
        assert each.freed <= said <= each.size
    assert found[str(prefixes[0])].freed < found[str(prefixes[0])].size        # hard links into the cache
    assert found[str(prefixes[2])].freed == found[str(prefixes[2])].size       # copies on another disk
    (cache,) = (each for each in report.caches if each.path.endswith("/pkgs"))
    states = {entry.path.rsplit("/", 1)[-1].split("-")[0]: entry.state for entry in cache.entries
              if os.path.isdir(entry.path)}
    assert states["numpy"] is states["pandas"] is EntryState.USED
    after = take_stock(Host(), Asker(environ, str(home), 65533), (), True)
    (cache,) = (each for each in after.caches if each.path.endswith("/pkgs"))
    states = {entry.path.rsplit("/", 1)[-1].split("-")[0]: entry.state for entry in cache.entries
              if os.path.isdir(entry.path)}
    assert states["numpy"] is states["pandas"] is EntryState.ORPHANED
