"""OS packages' own archives: found in the package manager's cache or fetched by it, and read for single files."""

from __future__ import annotations

from ...host import Host
from . import dpkg, rpm
from .interface import Archives

ARCHIVES: tuple[Archives, ...] = (dpkg, rpm)


def find_archives(host: Host) -> Archives | None:
    """Those of this machine's package manager; None where its archives are not read here."""
    return next((each for each in ARCHIVES if each.available(host)), None)
