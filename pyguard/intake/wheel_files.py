"""A wheel on disk -> its import names and requirements, read from the archive without unpacking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..host import Host

if TYPE_CHECKING:
    from zipfile import ZipFile

MOST_NAMES = 50_000
METADATA_LIMIT = 1024 * 1024


class WheelContents(NamedTuple):
    """What a wheel brings. `gap` says why nothing is known about it."""

    import_names: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    gap: str = ""
    requires_python: str = ""


def read_wheel(host: Host, path: str) -> WheelContents:
    """Never raises: what is no readable archive gives a gap."""
    import zipfile  # 8 ms

    if not host.is_file(path):
        return WheelContents(gap=f"{path}: there is no such file")
    try:
        with zipfile.ZipFile(host.locate(path)) as archive:
            names = archive.namelist()[:MOST_NAMES]
            headers = _read_headers(archive, names)
            python = _values(headers, "requires-python:")
            return WheelContents(find_import_names(names), _values(headers, "requires-dist:"), "",
                                 python[0] if python else "")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        return WheelContents(gap=f"{path}: not a readable wheel ({error})")


def find_import_names(names: list[str]) -> tuple[str, ...]:
    """Top-level modules and packages among a wheel's file names, those in *.data/purelib too (PEP 427)."""
    found = set()
    for name in names:
        parts = name.split("/")
        if parts[0].endswith(".data"):
            if len(parts) < 3 or parts[1] not in ("purelib", "platlib"):
                continue
            parts = parts[2:]
        top = parts[0]
        if len(parts) == 1:
            top = top.split(".")[0] if top.endswith((".py", ".so", ".pyd")) else ""
        elif not parts[-1].endswith((".py", ".so", ".pyi", ".pyd")):
            continue    # data that happens to lie in a directory of its own
        if top.isidentifier():
            found.add(top)
    return tuple(sorted(found))


def _read_headers(archive: ZipFile, names: list[str]) -> list[str]:
    for name in names:
        if name.endswith(".dist-info/METADATA") and name.count("/") == 1:
            with archive.open(name) as file:
                text = file.read(METADATA_LIMIT).decode("utf-8", "replace")
            return text.replace("\r\n", "\n").split("\n\n", 1)[0].split("\n")
    return []


def _values(headers: list[str], name: str) -> tuple[str, ...]:
    return tuple(line.partition(":")[2].strip() for line in headers if line.lower().startswith(name))
