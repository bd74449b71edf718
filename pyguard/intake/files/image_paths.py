"""Images that have a directory on PATH in which nothing is until somebody makes an environment there.

linuxserver.io's bases set PATH=/lsiopy/bin:... and VIRTUAL_ENV=/lsiopy (docker-baseimage-alpine, -ubuntu, -debian,
-fedora, -arch: ENV in their Dockerfiles); what stands on them runs `python3 -m venv /lsiopy` first.
"""

from __future__ import annotations

from ...model.late_pattern import late
from ..shell.state import State

BASES = late(r"(^|/)linuxserver/baseimage-(?:alpine|ubuntu|debian|fedora|arch)\b")
REST = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def set_path(image: str, state: State) -> None:
    """What PATH is in that image, where that is known; nothing is active by it yet."""
    if BASES.search(image):
        state.variables["PATH"] = f"/lsiopy/bin:{REST}"
