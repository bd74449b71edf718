"""A native program is run for its output, in an environment that nothing of the caller's gets into."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Mapping, Sequence
from typing import Optional

from ...errors import PyguardError
from ...facts.native import standard_directories
from ...host import Host

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/dev/null",
               "DEBIAN_FRONTEND": "noninteractive"}
TIMEOUT = 600.0
NETWORK = ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "SSL_CERT_FILE")


def run_native(argv: Sequence[str], cwd: str = "/", environment: Optional[Mapping[str, str]] = None) -> bytes:
    """What it wrote to stdout. Raises PyguardError when it fails, with the last thing it said."""
    own = {**ENVIRONMENT, **_libraries(), **_network(environment or {})}
    try:
        done = subprocess.run(list(argv), stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd, env=own,
                              timeout=TIMEOUT, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise PyguardError("not-run", f"{argv[0]} could not be run: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().split("\n")[-1]
        raise PyguardError("native-tool-failed", f"{argv[0]} failed: {said}")
    return done.stdout


@functools.cache
def _libraries() -> dict[str, str]:
    """The system's own first: a directory in ld.so.conf may be what breaks apt-get (Debian 13's needs libcrypto)."""
    return {"LD_LIBRARY_PATH": ":".join(standard_directories(Host()))}


def _network(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in NETWORK if environ.get(name)}
