"""An Arch-like host in, its installed packages and their Python files out; pacman's local database read as text.

Format: libalpm's `be_local.c`: a directory a package, with `desc` and `files` in blocks of `%NAME%` and lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from ...errors import CollectError
from ...host import Host
from ...model.facts import Bound, Gap
from ...model.late_pattern import late
from .stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from .interface import PackageSet

NAME = "pacman"
LOCAL = "/var/lib/pacman/local"
VERSION_FILE = "ALPM_DB_VERSION"
DEPENDENCY = late(r"([^<>=\s:]+)(?:(<=|>=|<|>|=)([^\s:]+))?(?::.*)?")


def available(host: Host) -> bool:
    """The directory with one entry a package."""
    return host.is_dir(LOCAL)


def stamp(host: Host) -> Stamp:
    """pacman makes a new entry for every version."""
    return (stamp_of(host, LOCAL),)


def load(host: Host) -> PackageSet:
    """Raises CollectError for an entry that cannot be read or is damaged."""
    from .diversions import merge
    from .dpkg import MERGED
    from .dpkg_files import RELEVANT
    from .interface import Package, PackageSet

    gaps: list[Gap] = []
    packages: dict[str, Package] = {}
    owners: dict[str, str] = {}
    merged = [path for path in MERGED if host.is_link(path)]
    for entry in _entries(host):
        fields = _read_blocks(host, f"{LOCAL}/{entry}/desc")
        name, version = "".join(fields.get("NAME", ())[:1]), "".join(fields.get("VERSION", ())[:1])
        if not name or not version:
            raise CollectError("package-database-damaged", f"{LOCAL}/{entry}/desc has no name or no version",
                               f"{LOCAL}/{entry}/desc")
        packages[name] = Package(name, version, "".join(fields.get("ARCH", ())[:1]),
                                 depends=_read_depends(name, fields.get("DEPENDS", ()), gaps),
                                 provides=tuple(text.split("=")[0] for text in fields.get("PROVIDES", ())),
                                 source="".join(fields.get("BASE", ())[:1]) or name)
        files = _read_blocks(host, f"{LOCAL}/{entry}/files").get("FILES", ())
        listed = "\n".join("/" + path for path in files if not path.endswith("/")).encode("utf-8", "surrogateescape")
        for path in RELEVANT.findall(listed):
            owners[merge(path.decode("utf-8", "surrogateescape"), merged)] = name
    return PackageSet(packages, owners, tuple(gaps))


def _entries(host: Host) -> tuple[str, ...]:
    try:
        return tuple(name for name in host.list(LOCAL) if name != VERSION_FILE and host.is_dir(f"{LOCAL}/{name}"))
    except OSError as error:
        raise CollectError("package-database-unreadable", f"{LOCAL} cannot be listed: {error.strerror or error}",
                           LOCAL) from error


def _read_blocks(host: Host, path: str) -> dict[str, list[str]]:
    try:
        text = host.read_text(path)
    except OSError as error:
        raise CollectError("package-database-unreadable", f"{path} cannot be read: {error.strerror or error}",
                           path) from error
    if text and not text.endswith("\n"):
        raise CollectError("package-database-truncated", f"{path} breaks off in the middle of a line", path)
    blocks: dict[str, list[str]] = {}
    lines: Optional[list[str]] = None
    for line in text.split("\n"):
        if len(line) > 2 and line[0] == line[-1] == "%":
            lines = blocks.setdefault(line[1:-1], [])
        elif not line:
            lines = None
        elif lines is None:
            raise CollectError("package-database-damaged", f"{path} has a line outside any block: {line[:40]!r}", path)
        else:
            lines.append(line)
    return blocks


def _read_depends(name: str, texts: Sequence[str], gaps: list[Gap]) -> tuple[tuple[Bound, ...], ...]:
    found = []
    for text in texts:
        bound = parse_bound(text)
        if bound is None:
            gaps.append(Gap(name, f"its dependency {text!r} is not understood"))
        else:
            found.append((bound,))
    return tuple(found)


def parse_bound(text: str) -> Optional[Bound]:
    """`python>=3.12`, `libssl.so=3-64`; None when it is not understood."""
    match = DEPENDENCY.fullmatch(text)
    return Bound(match[1], match[2] or "", match[3] or "", "pacman") if match else None
