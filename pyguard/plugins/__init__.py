"""pyguard's own environment in, the plugins installed in it out; to find out that there is none imports nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from .find import find_plugins, own_directories

if TYPE_CHECKING:
    from .installed import InstalledPlugins


def open_plugins(quiet: bool = True) -> Optional[InstalledPlugins]:
    """None where there are none: one listing of a directory, and a look for one file a distribution.

    `quiet`: what they print goes nowhere.
    """
    directories = own_directories()
    found = find_plugins(directories)
    if not found:
        return None
    from .installed import InstalledPlugins

    return InstalledPlugins(found, directories, quiet=quiet)
