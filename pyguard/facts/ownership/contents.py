"""A host and names of OS packages -> what the package manager wrote: a digest or a link's target for each path.

dpkg keeps MD5 (`*.md5sums`, deb-md5sums(5)) and says nothing of links and conffiles; rpm keeps SHA-256 and links.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ...errors import CollectError
from ...host import Host
from . import dpkg, rpm
from .diversions import Diversion, merge, read_diversions
from .dpkg import LISTS, MERGED, PARTS

QUERY = ("[%{=NAME}\\t%{=FILEDIGESTALGO}\\t%{FILEMODES:octal}\\t%{FILEFLAGS}\\t%{FILEDIGESTS}\\t%{FILELINKTOS}\\t"
         "%{FILENAMES}\\n]")
FLAGS = "[%{FILEFLAGS}\\t%{FILENAMES}\\n]"
ALGORITHMS = {"1": "md5", "2": "sha1", "8": "sha256", "9": "sha384", "10": "sha512", "(none)": "md5"}
OVERRIDES = "/var/lib/dpkg/statoverride"
OPTIONAL = 8 | 64    # RPMFILE_MISSINGOK, RPMFILE_GHOST: a package lists what need not be there
UNSTEADY = 1 | 64    # RPMFILE_CONFIG, RPMFILE_GHOST (rpmfiles.h)


class Content(NamedTuple):
    """A path as its package has it. One of `digest` and `link` is set.

    `mode`: rpm keeps it; dpkg only what dpkg-statoverride(1) was told, and the rest is as in Debian's policy (10.9).
    """

    path: str
    package: str
    algorithm: str
    digest: str
    link: str = ""
    mode: int = 0o644


def can_check_contents(host: Host) -> bool:
    """Whether this host's package manager keeps digests that are read here."""
    return dpkg.available(host) or rpm.available(host)


def read_contents(host: Host, packages: Collection[str]) -> Iterator[Content]:
    """For these packages only. Raises CollectError when the database cannot be read."""
    if dpkg.available(host):
        return _read_dpkg(host, packages)
    if rpm.available(host):
        return _read_rpm(host, packages)
    return iter(())


def read_optional(host: Host) -> frozenset[str]:
    """The listed paths that may be missing; dpkg lists none. Raises CollectError when the database cannot be read."""
    if dpkg.available(host) or not rpm.available(host):
        return frozenset()
    from .rpm_query import query

    merged = [path for path in MERGED if host.is_link(path)]
    lines = (line.split("\t", 1) for line in query(host, rpm.database_directory(host), FLAGS).split("\n"))
    return frozenset(merge(fields[1], merged) for fields in lines
                     if len(fields) == 2 and fields[0].isdigit() and int(fields[0]) & OPTIONAL)


def _read_dpkg(host: Host, packages: Collection[str]) -> Iterator[Content]:
    merged = [path for path in MERGED if host.is_link(path)]
    diverted = _diversions(host, merged)
    modes = _overrides(host, merged)
    for directory in (LISTS, PARTS):
        if not host.is_dir(directory):
            continue
        for name in host.list(directory):
            package = name[:-len(".md5sums")].split(":")[0]
            if not name.endswith(".md5sums") or package not in packages:
                continue
            try:
                lines = host.read_text(f"{directory}/{name}").split("\n")
            except OSError as error:
                raise CollectError("package-database-unreadable", f"{name}: {error.strerror or error}",
                                   directory) from error
            for line in lines:
                if len(line) > 34:
                    path = merge("/" + line[34:].lstrip("./"), merged)
                    moved = diverted.get(path)
                    yield Content(moved.target if moved and moved.by != package else path, package, "md5", line[:32],
                                  mode=modes.get(path, 0o644))


def _diversions(host: Host, merged: list[str]) -> dict[str, Diversion]:
    try:
        found, _ = read_diversions(host, merged)
    except OSError:
        return {}    # the reader of the database itself says so
    return {each.source: each for each in found}


def _overrides(host: Host, merged: list[str]) -> dict[str, int]:
    """`user group mode path` a line."""
    try:
        lines = (line.split(" ", 3) for line in host.read_text(OVERRIDES).split("\n"))
    except OSError:
        return {}    # most have none
    return {merge(fields[3], merged): int(fields[2], 8) for fields in lines
            if len(fields) == 4 and re.fullmatch("[0-7]{3,5}", fields[2])}


def _read_rpm(host: Host, packages: Collection[str]) -> Iterator[Content]:
    from .rpm_query import query

    merged = [path for path in MERGED if host.is_link(path)]
    text = query(host, rpm.database_directory(host), QUERY)
    if "\t" not in text:
        raise CollectError("package-database-damaged", "rpm's answer about files is not understood")
    for line in text.split("\n"):
        fields = line.split("\t", 6)
        if len(fields) != 7 or fields[0] not in packages or not fields[3].isdigit() or int(fields[3]) & UNSTEADY:
            continue
        name, algorithm, mode, _, digest, link, path = fields
        kind = int(mode, 8) & 0o170000 if re.fullmatch(r"[0-7]+", mode) else 0
        if kind == 0o100000 and digest and algorithm in ALGORITHMS:
            yield Content(merge(path, merged), name, ALGORITHMS[algorithm], digest, mode=int(mode, 8) & 0o777)
        elif kind == 0o120000 and link:
            yield Content(merge(path, merged), name, "", "", link)
