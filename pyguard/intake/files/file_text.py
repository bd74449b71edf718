"""A file to be read and the repository around it: its text, and the other files it leads to."""

from __future__ import annotations

import os
import re
from typing import NamedTuple, Optional

from ...host import Host
from ..late_pattern import late

MAX_FOLLOWED = 512 * 1024     # bytes of a file that another one leads to
MAX_LISTED = 50_000           # files of a repository that are looked at by name
DOCKERFILE = late(r"(^|[./_-])(dockerfile|containerfile)([._-]|$)|\.(dockerfile|containerfile)$", re.I)
HIDDEN = frozenset((".git", "node_modules", ".venv", "venv", ".tox", "__pycache__"))


class FileText(NamedTuple):
    """`path` as it is reported, relative to the repository where there is one."""

    path: str
    text: str


class Repository:
    """The files around the one that is read. Nothing outside `top` is ever opened."""

    def __init__(self, host: Host, top: str) -> None:
        self.host = host
        self.top = top.rstrip("/") or "/"
        self._dockerfiles: Optional[list[str]] = None
        self._images: Optional[dict[str, list[str]]] = None

    def read(self, path: str) -> Optional[str]:
        """The text of a file by its path in the repository, or None."""
        clean = os.path.normpath(path)
        if clean.startswith(("..", "/")):
            return None
        full = f"{self.top}/{clean}"
        try:
            if not self.host.realpath(full).startswith(self.host.realpath(self.top).rstrip("/") + "/"):
                return None
            return self.host.read_bytes(full, MAX_FOLLOWED).decode("utf-8", "surrogateescape")
        except (OSError, ValueError):    # ValueError: a null byte in a name
            return None

    def follow(self, path: str, near: str, cwd: str = "") -> Optional[str]:
        """A script named in a file that lies at `near`: from there, from the top, or by its last names."""
        if "$" in path:
            path = re.sub(r"^.*\$\{?\w+\}?/|^\$\([^)]*\)/", "", path)
        if "$" in path or not path:
            return None
        base = os.path.dirname(near)
        places = [f"{base}/{path}", path.lstrip("/"), f"{cwd}/{path}".lstrip("/")]
        if path.startswith("/"):    # /tmp/install.sh, copied into an image from somewhere here
            places = [f"{base}/{os.path.basename(path)}", path.lstrip("/")]
        for place in places:
            text = self.read(place.lstrip("/"))
            if text is not None:
                return text
        return None

    def dockerfiles(self) -> list[str]:
        """The paths of all Dockerfiles, listed once."""
        if self._dockerfiles is None:
            self._dockerfiles = sorted(self._walk())
        return self._dockerfiles

    def _walk(self) -> list[str]:
        found: list[str] = []
        seen = 0
        for directory, folders, names in os.walk(self.host.locate(self.top)):
            folders[:] = [folder for folder in folders if folder not in HIDDEN]
            seen += len(names)
            if seen > MAX_LISTED:
                break
            relative = os.path.relpath(directory, self.host.locate(self.top))
            found.extend(os.path.normpath(f"{relative}/{name}") for name in names if DOCKERFILE.search(name))
        return found

    def find_image(self, image: str, asking: str) -> Optional[str]:
        """The Dockerfile here that builds `image`, by its name: riot/riotdocker-base -> riotdocker-base/Dockerfile."""
        name = re.split(r"[:@]", image.rsplit("/", 1)[-1], maxsplit=1)[0].lower()
        if not name or "$" in image:
            return None
        if self._images is None:
            self._images = {}
            for path in self.dockerfiles():
                for known in _image_names(path):
                    self._images.setdefault(known, []).append(path)
        return next((path for path in self._images.get(name, ()) if path != asking), None)


def _image_names(path: str) -> tuple[str, ...]:
    """What the image that a Dockerfile builds is likely to be called: its folder, or the word in its name."""
    folder, file = os.path.split(path.lower())
    word = re.sub(r"^(dockerfile|containerfile)[._-]|[._-](dockerfile|containerfile)$", "", file)
    return (os.path.basename(folder), word) if word != file else (os.path.basename(folder),)
