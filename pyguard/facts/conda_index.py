"""Channel indexes that conda has kept on a host in, the builds of a few packages out, without asking any channel.

conda keeps `<pkgs>/cache/<hash>.json` beside `<hash>.info.json`, which names the address it came from. The index of
a large channel is hundreds of megabytes: it is searched for file names, not parsed. conda's sharded index
(repodata_shards.db) holds only what was asked for before, so nothing is concluded from it.
"""

from __future__ import annotations

import json
import mmap
import os
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..host import Host
from .cache import is_trusted

LARGEST_INFO = 64 * 1024
QUICK = 8 * 1024 * 1024    # bytes of an index that a refusal may search; `deep` reads any
MACHINES = {"x86_64": "linux-64", "aarch64": "linux-aarch64", "ppc64le": "linux-ppc64le"}
PYTHON_BUILD = re.compile(rb"(?:^|_)(?:py|cp)(\d)(\d+)")

Build = tuple[str, str, str]


class Index(NamedTuple):
    """One kept index: the last parts of its address, and its file."""

    channel: str
    subdir: str
    path: str


def read_builds(host: Host, pkgs_dirs: Sequence[str], channels: Sequence[str], packages: Collection[str], *,
                uid: int, deep: bool) -> tuple[Build, ...]:
    """Package, version, Python minor (empty: any); a package that complete indexes lack has one without a version."""
    indexes = [index for index in _indexes(host, pkgs_dirs, channels, uid)
               if (deep or host.stat(index.path).st_size <= QUICK) and _is_whole(host, index)]
    found: dict[Build, None] = {}
    for index in indexes:
        for package in packages:
            found.update(dict.fromkeys(_search(host, index, package)))
    subdirs = {MACHINES.get(os.uname().machine, ""), "noarch"}
    complete = all(subdirs <= {index.subdir for index in indexes if index.channel == _last(channel)}
                   for channel in channels)
    known = {build[0] for build in found}
    lacking = [(package, "", "") for package in packages if complete and package not in known]
    return (*found, *lacking)


def _indexes(host: Host, pkgs_dirs: Sequence[str], channels: Sequence[str], uid: int) -> Iterator[Index]:
    wanted = {_last(channel) for channel in channels}
    subdirs = {MACHINES.get(os.uname().machine, ""), "noarch"}
    for directory in pkgs_dirs:
        try:
            names = host.list(f"{directory}/cache")
        except OSError:
            continue    # conda has kept nothing there
        for name in names:
            if not name.endswith(".info.json"):
                continue
            path = f"{directory}/cache/{name[:-len('.info.json')]}.json"
            parts = _address(host, f"{directory}/cache/{name}").split("/")
            if (len(parts) > 2 and parts[-1].endswith(".json") and parts[-3] in wanted and parts[-2] in subdirs
                    and host.is_file(path) and (uid != 0 or is_trusted(host.stat(path), 0))):
                yield Index(parts[-3], parts[-2], path)


def _last(channel: str) -> str:
    return channel.rstrip("/").rsplit("/", 1)[-1]


def _address(host: Host, path: str) -> str:
    try:
        table = json.loads(host.read_text(path, LARGEST_INFO))
    except (OSError, ValueError):
        return ""    # conda would fetch that index again
    return str(table.get("url", "")) if isinstance(table, dict) else ""


def _is_whole(host: Host, index: Index) -> bool:
    """One that a full disk cut short proves nothing."""
    try:
        with open(host.locate(index.path), "rb") as file:
            file.seek(-min(64, os.fstat(file.fileno()).st_size), os.SEEK_END)
            return file.read().rstrip().endswith(b"}")
    except OSError:
        return False


def _search(host: Host, index: Index, package: str) -> Iterator[Build]:
    """File names are the keys of an index: `"numpy-1.26.4-py311h64a7726_0.conda": {...}`."""
    name = re.escape(package.encode("ascii", "ignore"))
    pattern = re.compile(rb'"' + name + rb'-([^-"/]+)-([^-"/]+)\.(?:conda|tar\.bz2)"\s*:\s*(\{[^{}]*\})')
    try:
        with open(host.locate(index.path), "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = [(match[1], match[2], match[3]) for match in pattern.finditer(data)]
    except (OSError, ValueError):
        return    # gone meanwhile, or empty
    for version, build, record in found:
        yield package, version.decode("utf-8", "replace"), _python_of(index.subdir, build, record)


def _python_of(subdir: str, build: bytes, record: bytes) -> str:
    if subdir == "noarch" or b"_python_abi3_support" in record:
        return ""
    match = PYTHON_BUILD.search(build)
    return f"{match[1].decode()}.{match[2].decode()}" if match else ""
