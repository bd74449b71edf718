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
# Fedora's remove-existing-dist-only-if-path-conflicts.patch, in three shapes: pip 9, pip 10 to 21, the resolver's
SPARING = (("pip/_internal/utils/misc.py", "dist_in_install_path"), ("pip/utils/__init__.py", "dist_in_install_path"),
           ("pip/_internal/resolution/resolvelib/factory.py", "Prevent uninstalling packages from /usr"))


def find_pip(host: Host, interpreter: Interpreter, sites: Sequence[SiteDirectory],
             owner_of: Callable[[str], Optional[Owner]]) -> Optional[PipBuild]:
    """The first pip on its sys.path, None if there is none. `path` is the package's directory."""
    for site in sorted(sites, key=lambda site: site.rank):
        path = os.path.join(site.path, "pip")
        if not host.is_file(path + "/__init__.py"):
            continue
        owner = owner_of(path + "/__init__.py")
        patched = _is_the_operating_systems(owner) and _says(host, site.path, PATCHED_FILE, PATCHED_LINE)
        sparing = (not patched and _is_the_operating_systems(owner) and site.path.endswith("/site-packages")
                   and any(_says(host, site.path, name, text) for name, text in SPARING))
        return PipBuild(path, _read_version(host, site.path), owner, patched, sparing)
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


def _is_the_operating_systems(owner: Optional[Owner]) -> bool:
    return owner is not None and owner.kind is OwnerKind.OS


def _says(host: Host, site: str, name: str, text: str) -> bool:
    try:
        return text in host.read_text(f"{site}/{name}", LIMIT)
    except OSError:
        return False
