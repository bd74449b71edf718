"""A host -> its OperatingSystem, read as text from os-release(5) or an older release file."""

from __future__ import annotations

import re

from ..host import Host
from ..model.facts import OperatingSystem
from ..model.late_pattern import late

OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
LAYERED = ("overlay", "aufs", "btrfs", "zfs", "fuse.fuse-overlayfs")    # what container engines mount as /
_LINE = late(r"^\s*([A-Z][A-Z0-9_]*)=(.*)$")
_OLD_RELEASE = late(r"^(?P<name>.+?)\s+(?:Linux\s+)?release\s+(?P<version>[\d.]+)")
_OLD_IDS = {"red hat": "rhel", "centos": "centos", "fedora": "fedora", "oracle": "ol",
            "scientific": "scientific"}


def operating_system(host: Host) -> OperatingSystem:
    """Never fails: a host that says nothing about itself has the id `unknown`.

    """
    container = _is_container(host)
    for path in OS_RELEASE:
        try:
            values = parse_os_release(host.read_text(path, 64 * 1024))
        except OSError:
            continue    # os-release(5) names a second place
        if "ID" in values or "NAME" in values:
            return OperatingSystem(
                id=values.get("ID", "linux"), version_id=values.get("VERSION_ID", ""),
                name=values.get("NAME", "Linux"), like=tuple(values.get("ID_LIKE", "").split()),
                container=container)
    return _from_old_files(host, container)


def _is_container(host: Host) -> bool:
    """By an engine's mark and a layered root: /.dockerenv is left over in some virtual machines."""
    if not any(host.exists(mark) for mark in CONTAINER_MARKS):
        return False
    try:
        mounts = [line.split(" ") for line in host.read_text("/proc/self/mountinfo").splitlines()]
    except OSError:
        return True    # nothing speaks against the mark
    roots = [fields for fields in mounts if len(fields) > 6 and fields[4] == "/" and "-" in fields]
    return any(fields[fields.index("-") + 1] in LAYERED for fields in roots)


def parse_os_release(text: str) -> dict[str, str]:
    """Shell-like assignments (os-release(5)): the quotes and backslashes of sh are taken off."""
    values = {}
    for line in text.splitlines():
        found = _LINE.match(line)
        if found:
            values[found[1]] = _unquote(found[2].strip())
    return values


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\([\"$`\\])", r"\1", value[1:-1])
    return re.sub(r"\\(.)", r"\1", value)


def _from_old_files(host: Host, container: bool) -> OperatingSystem:
    try:
        line = host.read_text("/etc/redhat-release", 4096)    # EL6 and older
    except OSError:
        return _from_debian_version(host, container)
    found = _OLD_RELEASE.match(line)
    name = found["name"] if found else line.strip()
    ident = next((value for word, value in _OLD_IDS.items() if word in name.lower()), "rhel")
    return OperatingSystem(id=ident, version_id=found["version"] if found else "", name=name,
                           like=() if ident == "fedora" else ("rhel", "fedora"), container=container)


def _from_debian_version(host: Host, container: bool) -> OperatingSystem:
    try:
        version = host.read_text("/etc/debian_version", 4096).strip()
    except OSError:
        return OperatingSystem(id="unknown", container=container)
    major = re.match(r"\d+", version)
    return OperatingSystem(id="debian", version_id=major[0] if major else "", name="Debian GNU/Linux",
                           container=container)
