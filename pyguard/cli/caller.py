"""The process becomes a Caller: who asks, where pyguard keeps its cache, which directories are its own."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable, Mapping
from typing import Optional

from ..installation import BY_HAND, PACKAGED, system_directory
from ..judge import Caller
from ..plugins import open_plugins

SYSTEM_CACHE = "/var/cache/pyguard"
SYSTEM_SHIMS = f"{system_directory()}/shims"


def describe_caller(environ: Mapping[str, str], cwd: str, uid: int,
                    progress: Optional[Callable[[str, int, int], None]] = None) -> Caller:
    """Root reads and writes the system's cache only; a user their own first, then the system's."""
    environ = {**environ, "HOME": find_home(environ, uid)}
    home = environ["HOME"]
    caches: list[str] = []
    shims = list(dict.fromkeys((SYSTEM_SHIMS, f"{PACKAGED}/shims", f"{BY_HAND}/shims")))
    if uid != 0:
        base = environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home.startswith("/") else "")
        if base.startswith("/"):
            caches.append(f"{base}/pyguard")
    caches.append(SYSTEM_CACHE)
    if home.startswith("/"):
        shims.append(f"{home}/.local/share/pyguard/shims")
    plugins = open_plugins()
    return Caller(environ, cwd, uid, tuple(caches), sys.executable, tuple(shims),
                  frontends=plugins.frontends if plugins else (), extensions=plugins, gid=os.getegid(),
                  progress=progress)


def find_home(environ: Mapping[str, str], uid: int) -> str:
    """HOME as Python takes it (os.path.expanduser): unset means the user database, empty means `/`."""
    if "HOME" in environ:
        return environ["HOME"] or "/"
    try:
        return pwd.getpwuid(uid).pw_dir
    except KeyError:    # a uid without an entry, as in many containers
        return ""
