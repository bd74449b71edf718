"""The name of a file in hooks/ -> where it lies: in the wheel, or beside the package in a checkout."""

from __future__ import annotations

import os

from .errors import PyguardError

PACKAGE = os.path.dirname(os.path.abspath(__file__))
# An editable installation has no _hooks: hatchling's force-include is for wheels only.
PLACES = (os.path.join(PACKAGE, "_hooks"), os.path.join(os.path.dirname(PACKAGE), "hooks"))


def hooks_directory() -> str:
    """The directory that holds the files which live outside pyguard's environment."""
    for place in PLACES:
        if os.path.isfile(os.path.join(place, "install.sh")):
            return place
    raise PyguardError("no-hooks", "pyguard's own hooks/ are missing", context=PLACES[0],
                       hint="install pyguard again: sh hooks/install.sh")


def find_asset(name: str) -> str:
    """The path of a file below hooks/, `/` between its parts. Raises PyguardError when it is not there."""
    path = os.path.join(hooks_directory(), *name.split("/"))
    if not os.path.exists(path):
        raise PyguardError("no-asset", f"pyguard's own file {name} is missing", context=path,
                           hint="install pyguard again: sh hooks/install.sh")
    return path
