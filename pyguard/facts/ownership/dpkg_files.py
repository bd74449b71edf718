"""The files of dpkg's database in, the installed packages and who owns their Python files out.

Formats: dpkg(1), deb822(5), dpkg-divert(1), and `lib/dpkg/dbmodify.c` for `updates/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...errors import CollectError
from ...host import Host
from ...model.facts import Bound, Gap
from .deb822 import parse_dependencies, read_paragraphs
from .diversions import Diversion, merge, read_diversions
from .dpkg import DIVERSIONS, LISTS, MERGED, PARTS, STATUS, UPDATES
from .interface import Package, PackageSet

ABSENT = frozenset({"not-installed", "config-files"})
FIELDS = ("Package", "Status", "Version", "Architecture", "Essential", "Priority", "Section", "Source",
          "Depends", "Pre-Depends", "Provides")
RELEVANT = re.compile(
    rb"^/(?:(?:usr/)?(?:s?bin/|games/|libexec/|lib(?:64)?/(?:python|systemd/(?:system|user)/))[^\n]*"
    rb"|[^\n]*/(?:dist|site)-packages[^\n]*"
    rb"|usr/share/(?:dbus-1/(?:system-)?services/|python-wheels/|initramfs-tools/)[^\n]*"
    rb"|usr/(?:lib|share/(?!doc/|bug/|man/|locale/|lintian/|icons/|zoneinfo/|dbus-1/))(?:[^/\n]+/[^/.\n]+(?:\.py)?"
    rb"|[^\n]+/__init__\.py)"
    rb"|etc/(?:cron|init\.d/|systemd/|dbus-1/|apt/apt\.conf\.d/|dpkg/dpkg\.cfg\.d/|kernel/|network/if-)[^\n]*"
    rb")$", re.MULTILINE)

SUMMED_MODULE = re.compile(rb"^[0-9a-f]{32}  (?:\./)?((?:usr/)?lib(?:64)?/python[^\n]*)$", re.MULTILINE)


def load_database(host: Host) -> PackageSet:
    """Raises CollectError for a status file that is truncated or no status file at all."""
    gaps: list[Gap] = []
    paragraphs = _read_status(host)
    packages = _build_packages(paragraphs, gaps)
    merged = [path for path in MERGED if host.is_link(path)]
    diversions = _read_diversions(host, merged, gaps)
    owners = _read_owners(host, paragraphs, packages, gaps, {each.source: each for each in diversions})
    return PackageSet(packages, owners, tuple(gaps), diversions)


def _read_status(host: Host) -> dict[tuple[str, str], dict[str, str]]:
    """Every paragraph by name and architecture; what the journal says last counts."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for path in _status_files(host):
        try:
            text = host.read_text(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        for paragraph in read_paragraphs(text, FIELDS, path):
            if not paragraph.get("Package"):
                raise _damaged(f"{path} has a paragraph without a Package field", path)
            found[paragraph["Package"], paragraph.get("Architecture", "")] = paragraph
    return found


def _status_files(host: Host) -> Iterator[str]:
    if host.exists(STATUS):
        yield STATUS
    for name in _list(host, UPDATES):
        if name.isdigit():
            yield f"{UPDATES}/{name}"
    for name in _list(host, PARTS):
        if not name.endswith(".md5sums"):
            yield f"{PARTS}/{name}"


def _build_packages(paragraphs: Mapping[tuple[str, str], dict[str, str]],
                    gaps: list[Gap]) -> dict[str, Package]:
    packages: dict[str, Package] = {}
    known: dict[str, Bound] = {}
    for (name, architecture), fields in paragraphs.items():
        if not _is_present(fields):
            continue
        depends = _read_depends(fields, known, gaps)
        other = packages.get(name)
        if other is not None:
            depends = other.depends + tuple(group for group in depends if group not in other.depends)
        packages[name] = Package(
            name, fields["Version"], architecture, fields.get("Essential") == "yes",
            fields.get("Priority", ""), fields.get("Section", ""), depends,
            tuple(re.findall(r"(?:^|,)\s*([^\s,(:]+)", fields.get("Provides", ""))),
            fields.get("Source", name).split(" ")[0])
    return packages


def _is_present(fields: Mapping[str, str]) -> bool:
    """True from `unpacked` on; a status directory has no Status fields, what it lists is installed."""
    words = fields.get("Status", "install ok installed").split()
    if len(words) != 3:
        raise _damaged(f"the status of {fields['Package']} is not three words", STATUS)
    if words[2] in ABSENT:
        return False
    if not fields.get("Version"):
        raise _damaged(f"{fields['Package']} is installed without a version", STATUS)
    return True


def _read_depends(fields: Mapping[str, str], known: dict[str, Bound],
                  gaps: list[Gap]) -> tuple[tuple[Bound, ...], ...]:
    groups: tuple[tuple[Bound, ...], ...] = ()
    for field in ("Pre-Depends", "Depends"):
        parsed = parse_dependencies(fields.get(field, ""), known)
        if parsed is None:
            gaps.append(Gap(fields["Package"], f"its {field} in {STATUS} is not understood"))
        groups += parsed or ()
    return groups


def _read_owners(host: Host, paragraphs: Mapping[tuple[str, str], object], packages: Mapping[str, Package],
                 gaps: list[Gap], diverted: Mapping[str, Diversion]) -> dict[str, str]:
    """A directory that several packages list belongs to none of them."""
    merged = [path for path in MERGED if host.is_link(path)]
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for package, paths in _read_lists(host, {name for name, _ in paragraphs}, packages, gaps):
        for path in paths:
            path = merge(path, merged)
            if path in diverted and diverted[path].by != package:
                path = diverted[path].target
            if owners.setdefault(path, package) != package:
                shared.add(path)
    for path in shared:
        del owners[path]
    return owners


def _read_diversions(host: Host, merged: list[str], gaps: list[Gap]) -> tuple[Diversion, ...]:
    try:
        found, whole = read_diversions(host, merged)
    except OSError as error:
        gaps.append(Gap(DIVERSIONS, f"cannot be read: {error.strerror or error}"))
        return ()
    if not whole:
        gaps.append(Gap(DIVERSIONS, "does not consist of records of three lines"))
    return found


def _read_lists(host: Host, known: set[str], packages: Mapping[str, Package],
                gaps: list[Gap]) -> Iterator[tuple[str, list[str]]]:
    """Each present package with the relevant paths of its list; what does not fit is a gap."""
    seen = set()
    for name in _list(host, LISTS):
        if not name.endswith(".list"):
            continue
        package = name[:-len(".list")].split(":")[0]
        seen.add(package)
        if package not in known:
            gaps.append(Gap(package, f"has a file list, but {STATUS} does not know it: truncated?"))
        elif package in packages:
            yield package, _read_list(host, packages[package], f"{LISTS}/{name}", gaps)
    for name in _list(host, PARTS):
        if name.endswith(".md5sums"):
            package = name[:-len(".md5sums")]
            seen.add(package)
            yield package, _read_sums(host, f"{PARTS}/{name}", gaps)
    gaps.extend(Gap(name, "is installed, but its file list is missing")
                for name in packages if name not in seen)


def _read_list(host: Host, package: Package, path: str, gaps: list[Gap]) -> list[str]:
    try:
        data = host.read_bytes(path)
    except OSError as error:
        gaps.append(Gap(package.name, f"its file list cannot be read: {error.strerror or error}"))
        return []
    if data and not data.endswith(b"\n"):
        gaps.append(Gap(package.name, "its file list breaks off in the middle of a line"))
    if not data:
        gaps.append(Gap(package.name, "its file list is empty"))
    found = RELEVANT.findall(data)
    if data and _may_have_modules(package) and _is_short(host, found, path):
        gaps.append(Gap(package.name, "its file list breaks off: its checksums name more files"))
    return [line.decode("utf-8", "surrogateescape") for line in found]


def _may_have_modules(package: Package) -> bool:
    """Checksums of all packages would cost a third more than reading the lists."""
    return "python" in package.name or any("python" in bound.package for group in package.depends for bound in group)


def _is_short(host: Host, found: list[bytes], path: str) -> bool:
    """Whether dpkg's checksums, kept beside the list, name a Python module that the list does not have."""
    try:
        sums = host.read_bytes(f"{path[:-len('.list')]}.md5sums")
    except OSError:
        return False    # not every package has them
    if b"lib/python" not in sums:
        return False
    listed = set(found)
    return any(b"/" + module not in listed for module in SUMMED_MODULE.findall(sums))


def _read_sums(host: Host, path: str, gaps: list[Gap]) -> list[str]:
    """A distroless image has no file lists; the checksums name every file."""
    try:
        lines = host.read_bytes(path).splitlines()
    except OSError as error:
        gaps.append(Gap(path, f"cannot be read: {error.strerror or error}"))
        return []
    data = b"".join(b"/" + line[34:].lstrip(b"./") + b"\n" for line in lines)
    return [line.decode("utf-8", "surrogateescape") for line in RELEVANT.findall(data)]


def _list(host: Host, path: str) -> tuple[str, ...]:
    try:
        return host.list(path)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unreadable(path, error) from error


def _damaged(message: str, path: str) -> CollectError:
    return CollectError("package-database-damaged", message, path)


def _unreadable(path: str, error: OSError) -> CollectError:
    reason = error.strerror or error
    return CollectError("package-database-unreadable", f"{path} cannot be read: {reason}", path)
