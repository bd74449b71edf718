"""An interpreter's site directories -> the pip that `python -m pip` would run: whose build, which version."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Optional

from ..host import Host
from ..model.facts import Interpreter, Owner, OwnerKind, PipBuild, SiteDirectory

LIMIT = 256 * 1024
# Debian's hands-off-system-packages.patch, in pip 9 to 23.0.1: is_local() knows this prefix by heart
PATCHED_FILE = "pip/_internal/utils/misc.py"
PATCHED_LINE = "prefix = '/usr'"


def find_pip(host: Host, interpreter: Interpreter, sites: Sequence[SiteDirectory],
             owner_of: Callable[[str], Optional[Owner]]) -> Optional[PipBuild]:
    """The first pip on its sys.path, None if there is none. `path` is the package's directory."""
    for site in sorted(sites, key=lambda site: site.rank):
        path = os.path.join(site.path, "pip")
        if not host.is_file(path + "/__init__.py"):
            continue
        owner = owner_of(path + "/__init__.py")
        return PipBuild(path, _read_version(host, site.path), owner, _is_patched(host, site.path, owner))
    return None


def _read_version(host: Host, site: str) -> str:
    """What its own source says; a directory of metadata may be left over from another one."""
    try:
        lines = host.read_text(f"{site}/pip/__init__.py", LIMIT).splitlines()
    except OSError:
        return ""
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() == "__version__":
            return value.strip().strip("\"'")
    return ""


def _is_patched(host: Host, site: str, owner: Optional[Owner]) -> bool:
    if owner is None or owner.kind is not OwnerKind.OS:
        return False
    try:
        return PATCHED_LINE in host.read_text(f"{site}/{PATCHED_FILE}", LIMIT)
    except OSError:
        return False
