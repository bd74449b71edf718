"""A host -> which Pythons its own tools run on: the default python3, platform-python, dnf's shebang."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..host import Host
from ..model.late_pattern import late

PACKAGE_MANAGERS = ("/usr/bin/dnf", "/usr/bin/dnf-3", "/usr/bin/yum", "/usr/bin/zypper", "/usr/bin/emerge")
_DEFAULT_VERSION = late(r"^default-version\s*=\s*python(\d\.\d+)", re.MULTILINE)


class SystemPythons(NamedTuple):
    """Real paths of what the operating system starts. Empty where there is no such thing.

    `default` is where /usr/bin/python3 leads; `declared` the minor in Debian's
    /usr/share/python3/debian_defaults; `platform` EL8's platform-python; `managers` pairs of a
    package manager written in Python and the interpreter of its shebang.
    """

    default: str = ""
    declared: str = ""
    platform: str = ""
    managers: tuple[tuple[str, str], ...] = ()


def find_system_pythons(host: Host) -> SystemPythons:
    """Six files are looked at, nothing is started."""
    managers = ((tool, _interpreter_of(host, tool)) for tool in PACKAGE_MANAGERS)
    return SystemPythons(
        default=_real(host, "/usr/bin/python3"),
        declared=_declared_default(host),
        platform=_real(host, "/usr/libexec/platform-python"),
        managers=tuple((tool, found) for tool, found in managers if found),
    )


def read_shebang(host: Host, path: str) -> str:
    """The text after `#!` in the first line, or an empty string for anything but a script."""
    try:
        start = host.read_bytes(path, 256)
    except OSError:
        return ""    # not there or not readable: no shebang to follow
    if not start.startswith(b"#!"):
        return ""
    return start[2:].split(b"\n")[0].decode("utf-8", "surrogateescape").strip()


def _interpreter_of(host: Host, script: str) -> str:
    words = read_shebang(host, script).split()
    return _real(host, words[0]) if words and "python" in words[0] else ""


def _declared_default(host: Host) -> str:
    try:
        text = host.read_text("/usr/share/python3/debian_defaults", 64 * 1024)
    except OSError:
        return ""    # no Debian, or no python3-minimal
    found = _DEFAULT_VERSION.search(text)
    return found[1] if found else ""


def _real(host: Host, path: str) -> str:
    return host.realpath(path) if host.exists(path) else ""
