"""A base, its package cache and its environments as conda lays them out, made by hand in a directory."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

HARD, SOFT, COPY = 1, 2, 3    # conda's LinkType
LINKS: dict[int, Callable[[Path, Path], object]] = {HARD: os.link, SOFT: os.symlink, COPY: shutil.copyfile}


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def make_package(pkgs: Path, name: str, size: int = 8000, files: int = 3) -> Path:
    """An extracted package with its record."""
    directory = pkgs / name
    for number in range(files):
        write(directory / "lib" / f"{name}-{number}", os.urandom(size))
    write(directory / "info" / "index.json", json.dumps({"name": name}))
    return directory


def make_conda_environment(prefix: Path, packages: list[Path], link: int = HARD, python: str = "3.11.9") -> Path:
    """A prefix made from packages of a cache; its records say from which."""
    write(prefix / "conda-meta" / "history", "==> 2026-01-01 00:00:00 <==\n")
    write(prefix / "conda-meta" / f"python-{python}-0.json", "{}")
    write(prefix / "bin" / "python", "#!/bin/sh\n").chmod(0o755)
    for package in packages:
        record = {"extracted_package_dir": str(package), "link": {"source": str(package), "type": link}}
        write(prefix / "conda-meta" / f"{package.name}.json", json.dumps(record))
        for file in sorted((package / "lib").iterdir()):
            target = prefix / "lib" / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            LINKS[link](file, target)
    return prefix


def make_base(base: Path) -> Path:
    """conda's own prefix, without packages."""
    make_conda_environment(base, [])
    write(base / "conda-meta" / "conda-26.7.0-py311_0.json", "{}")
    (base / "condabin").mkdir()
    (base / "pkgs").mkdir()
    (base / "envs").mkdir()
    return base
