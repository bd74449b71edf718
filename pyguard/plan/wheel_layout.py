"""A wheel and a target in, where pip would put its files out; laid out below a scratch directory where asked for.

The rules are the wheel format's (binary distribution format 1.0): the root goes to purelib or platlib as
`Root-Is-Purelib` says, `*.data/<scheme>` to that scheme's place, entry points become programs.
"""

from __future__ import annotations

import os
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from ..errors import PyguardError
from ..model.plan import Target

try:
    from lzma import LZMAError
except ImportError:    # a Python that was built without it
    LZMAError = zipfile.BadZipFile    # type: ignore[assignment,misc]

LARGEST = 2 * 1024 * 1024 * 1024    # of all files of a wheel
MOST_FILES = 100_000
LARGEST_READ = 64 * 1024 * 1024    # of one file that is read without being written
PROGRAM = """#!{python}
import sys
from {module} import {first}
if __name__ == "__main__":
    sys.exit({function}())
"""
UNREADABLE = (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, KeyError,
              zlib.error, LZMAError, struct.error)
SECTIONS = ("console_scripts", "gui_scripts")    # pip makes a program of each, on Linux of the same kind
ENTRY = re.compile(r"\s*([\w.+-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)")


class Laid(NamedTuple):
    """What a wheel brings: paths as on the machine, of its files and of the programs that pip makes for it."""

    files: tuple[str, ...]
    commands: tuple[str, ...]


def survey(wheel: str, target: Target) -> Laid:
    """What `lay` would write, and nothing written: only the archive's directory is read. Raises PyguardError."""
    with _opened(wheel) as archive:
        files = tuple(place for _, place in _places(archive, target))
        return Laid(files, tuple(f"{target.scripts}/{name}" for name, _ in _programs(archive)))


def read_files(wheel: str, target: Target, wanted: Collection[str]) -> dict[str, bytes]:
    """By the places that they would have, those whose last name is wanted; nothing is written. Raises PyguardError."""
    with _opened(wheel) as archive:
        return {place: archive.read(info) for info, place in _places(archive, target)
                if posixpath.basename(place) in wanted and info.file_size <= LARGEST_READ}


def lay(wheel: str, target: Target, python: str, scratch: str) -> Laid:
    """Unpack; raises PyguardError for what is no wheel, or would leave its place: then nothing of it is left."""
    written: list[str] = []
    try:
        with _opened(wheel) as archive:
            for info, place in _places(archive, target):
                written.append(place)
                _write(archive, info, place, scratch)
            commands = tuple(_program(name, value, target, python, scratch) for name, value in _programs(archive))
            return Laid(tuple(written), commands)
    except PyguardError:
        for place in written:
            with suppress(OSError):
                os.unlink(scratch + place)
        raise


@contextmanager
def _opened(wheel: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            yield archive
    except UNREADABLE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise PyguardError("bad-wheel", f"cannot be unpacked: {error}", wheel) from error
        raise PyguardError("bad-wheel", f"not a readable wheel: {error}", wheel) from error


def _places(archive: zipfile.ZipFile, target: Target) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > LARGEST:
        raise ValueError("larger than any that is looked at")
    root = target.platlib if _is_platform(archive) else target.purelib
    prefix = posixpath.dirname(target.scripts)
    for info in infos:
        name = posixpath.normpath(info.filename)
        if info.is_dir():
            continue
        if name.startswith(("/", "..")) or "\\" in name:
            raise ValueError(f"{info.filename} leaves the wheel's place")
        parts = name.split("/")
        if not parts[0].endswith(".data") or len(parts) < 3:
            yield info, f"{root}/{name}"
            continue
        place = {"purelib": target.purelib, "platlib": target.platlib, "scripts": target.scripts, "data": prefix,
                 "headers": f"{prefix}/include"}.get(parts[1])
        if place is None:
            raise ValueError(f"{info.filename} has no place")
        yield info, "/".join([place, *parts[2:]])


def _is_platform(archive: zipfile.ZipFile) -> bool:
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/WHEEL") and name.count("/") == 1)
    return "root-is-purelib: false" in archive.read(name).decode("utf-8", "replace").lower()


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, scratch: str) -> None:
    path = scratch + place
    os.makedirs(posixpath.dirname(path), 0o755, exist_ok=True)
    with archive.open(info) as source, open(path, "wb") as file:
        while chunk := source.read(1 << 20):
            file.write(chunk)
    os.chmod(path, 0o755 if "/bin/" in place or (info.external_attr >> 16) & 0o111 else 0o644)


def _programs(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for name in archive.namelist():
        if name.endswith(".dist-info/entry_points.txt") and name.count("/") == 1:
            section = ""
            for line in archive.read(name).decode("utf-8", "replace").splitlines():
                if line.startswith("["):
                    section = line.strip("[] \t")
                elif section in SECTIONS and (match := ENTRY.match(line)) and not match[1].startswith("."):
                    yield match[1], f"{match[2]}:{match[3]}"


def _program(name: str, value: str, target: Target, python: str, scratch: str) -> str:
    module, _, function = value.partition(":")
    path = f"{scratch}{target.scripts}/{name}"
    os.makedirs(posixpath.dirname(path), 0o755, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROGRAM.format(python=python, module=module, function=function, first=function.split(".")[0]))
    os.chmod(path, 0o755)
    return f"{target.scripts}/{name}"
