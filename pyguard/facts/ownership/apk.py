"""An Alpine host in, its installed packages and their Python files out; apk's database read as text.

Format: apk-package(5) and apk's `src/database.c`: paragraphs of one-letter fields; `F:` a directory, `R:` a
file in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Optional

from ...errors import CollectError
from ...host import Host
from ...model.facts import Bound, Gap
from ...model.late_pattern import late
from .stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from .interface import Package, PackageSet

NAME = "apk"
INSTALLED = "/lib/apk/db/installed"
DEPENDENCY = late(r"([^<>=~!\s]+?)(?:(<=|>=|=~|<|>|=|~)([^\s]+))?")
FIELD = late(r"[A-Za-z]:")


def available(host: Host) -> bool:
    """The one file."""
    return host.is_file(INSTALLED)


def stamp(host: Host) -> Stamp:
    """apk replaces the file by renaming."""
    return (stamp_of(host, INSTALLED),)


def load(host: Host) -> PackageSet:
    """Raises CollectError for a file that cannot be read, breaks off, or has a line that is no field."""
    from .dpkg_files import RELEVANT
    from .interface import PackageSet

    try:
        text = host.read_text(INSTALLED)
    except OSError as error:
        raise CollectError("package-database-unreadable", f"{INSTALLED} cannot be read: {error.strerror or error}",
                           INSTALLED) from error
    if text and not text.endswith("\n"):
        raise CollectError("package-database-truncated", f"{INSTALLED} breaks off in the middle of a line", INSTALLED)
    gaps: list[Gap] = []
    packages: dict[str, Package] = {}
    owners: dict[str, str] = {}
    for paragraph in re.split(r"\n\n+", text):
        if paragraph.strip():
            package, files = _read_paragraph(paragraph, gaps)
            packages[package.name] = package
            listed = "\n".join(files).encode("utf-8", "surrogateescape")
            owners.update((path.decode("utf-8", "surrogateescape"), package.name) for path in RELEVANT.findall(listed))
    return PackageSet(packages, owners, tuple(gaps))


def _read_paragraph(paragraph: str, gaps: list[Gap]) -> tuple[Package, list[str]]:
    from .interface import Package

    fields: dict[str, str] = {}
    files: list[str] = []
    directory = ""
    for line in paragraph.strip("\n").split("\n"):
        if not FIELD.match(line):
            raise CollectError("package-database-damaged", f"{INSTALLED} has a line that is no field: {line[:40]!r}",
                               INSTALLED)
        key, value = line[0], line[2:]
        if key == "F":
            directory = value
        elif key == "R":
            files.append(f"/{directory}/{value}" if directory else f"/{value}")
        else:
            fields.setdefault(key, value)
    if not fields.get("P") or not fields.get("V"):
        raise CollectError("package-database-damaged", f"{INSTALLED} has a package without name or version", INSTALLED)
    depends = []
    for text in fields.get("D", "").split():
        bound = None if text.startswith("!") else parse_bound(text)
        if bound is not None:
            depends.append((bound,))
        elif not text.startswith("!"):    # `!x` is a conflict
            gaps.append(Gap(fields["P"], f"its dependency {text!r} is not understood"))
    provides = tuple(re.split(r"[<>=~]", text)[0] for text in fields.get("p", "").split())
    return Package(fields["P"], fields["V"], fields.get("A", ""), depends=tuple(depends), provides=provides,
                   source=fields.get("o", fields["P"])), files


def parse_bound(text: str) -> Optional[Bound]:
    """`py3-cffi>=1.15`, `python3~3.12`, `so:libc.musl-x86_64.so.1`; None when it is not understood."""
    match = DEPENDENCY.fullmatch(text.partition("@")[0])    # @tag names a repository
    if match is None:
        return None
    relation = "~" if match[2] == "=~" else match[2] or ""
    return Bound(match[1], relation, match[3] or "", "apk")
