"""The repository around a file: the texts of its other files, by path, by name, and by what they are."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from typing import Any, Optional

from ...host import Host
from ...model.late_pattern import late
from ..file_text import FileText, with_newlines
from ..shell.closing import find_end
from ..shell.make import MAKEFILES
from .tree_walk import walk

__all__ = ["DOCKERFILE", "FileText", "Repository"]
MAX_FOLLOWED = 512 * 1024     # bytes of a file that another one leads to
LARGE = 32 * 1024             # characters of a text that is not kept
MAX_KEPT = 256                # texts
MAX_LISTED = 50_000           # files of a repository that are looked at by name
DOCKERFILE = late(r"(^|[./_-])(dockerfile|containerfile)([._-]|$)|\.(dockerfile|containerfile|docker)$", re.I)
COMPOSE = late(r"(^|[./_-])(docker-)?compose[\w.-]*\.ya?ml$|(^|/)docker-bake[\w.-]*\.(hcl|json)$", re.I)
PIPELINE = late(r"\.github/(workflows|actions)/.*\.ya?ml$|(^|/)action\.ya?ml$|gitlab-ci[\w.-]*\.ya?ml$|"
                r"\.gitlab/.*\.ya?ml$|\.circleci/.*\.ya?ml$|azure-pipelines?[\w.-]*\.ya?ml$|"
                r"\.(travis|drone|cirrus|woodpecker)\.ya?ml$|bitbucket-pipelines\.ya?ml$|\.woodpecker/.*\.ya?ml$|"
                r"\.buildkite/.*\.ya?ml$|(^|/)(\.?appveyor|taskfile)[\w.-]*\.ya?ml$|"
                r"(^|/)Vagrantfile|devcontainer\.json$|(^|/)Jenkinsfile|\.tf$|\.pkr\.hcl$", re.I)
SCRIPT = late(r"\.(sh|bash|zsh|ksh)$|(^|/)(GNU)?makefile$|\.mk$|(^|/)\.?justfile$|"
                r"(^|/)(docker-)?(entrypoint|install|setup|bootstrap|provision|build|start|run|init)[\w-]*$", re.I)
YAML = late(r"\.ya?ml$")
PROGRAM = late(r"\.py$")
COMMAND = late(r"(^|/)[^/.]+$")    # a program, perhaps, that is called by its bare name
OF_A_VARIABLE = late(r"^.*\$(?:\{?\w+\}?|\{(?:0|BASH_SOURCE)[^{}/]*(?:/\*)?\})/")    # ${0%/*}/
VAGRANT = "/vagrant"          # where a Vagrant box has the repository
SYNCED = late(r"""\.synced_folder[ \t(]+["']([^"'\n]+)["'],\s*["'](/[^"'\n]+)["']""")


class Repository:
    """The files around the one that is read. Nothing outside `top` is ever opened.

    `is_known` says whether an image's name says which Python it has; folders with the same name do not count then.
    """

    def __init__(self, host: Host, top: str, is_known: Callable[[str], bool] = lambda image: False) -> None:
        self.host = host
        self.top = top.rstrip("/") or "/"
        self.is_known = is_known
        self.cache: dict[str, Any] = {}    # what other modules found out about this repository
        self._real = ""                    # of `top`, once it is asked for
        self._folders: dict[str, bool] = {}
        self._texts: dict[str, Optional[str]] = {}
        self._listed: Optional[dict[str, list[str]]] = None

    def read(self, path: str) -> Optional[str]:
        """The text of a file by its path in the repository, or None. The last few hundred stay at hand."""
        clean = os.path.normpath(path)
        if clean.startswith(("..", "/")):
            return None
        if clean not in self._texts:
            text = self._read(f"{self.top}/{clean}")
            if text is not None and len(text) > LARGE:
                return text
            if len(self._texts) >= MAX_KEPT:
                self._texts.clear()
            self._texts[clean] = text
        return self._texts[clean]

    def _read(self, full: str) -> Optional[str]:
        try:
            data = self._read_inside(full)
        except (OSError, ValueError):    # ValueError: a null byte in a name
            return None
        return None if data is None else with_newlines(data.decode("utf-8", "surrogateescape"))

    def _read_inside(self, full: str) -> Optional[bytes]:
        if not self._is_inside(os.path.dirname(full)):
            return None
        try:
            return self.host.read_bytes(full, MAX_FOLLOWED, follow=False)
        except OSError as error:
            if error.errno != errno.ELOOP or not self._is_below(full):
                raise
            return self.host.read_bytes(full, MAX_FOLLOWED)    # a link to something here

    def is_whole(self) -> bool:
        """Whether this is a checkout, and so a file that is not here is in no other place of the repository."""
        if "whole" not in self.cache:
            self.cache["whole"] = self.host.exists(f"{self.top}/.git")
        return bool(self.cache["whole"])

    def names(self, folder: str) -> tuple[str, ...]:
        """What lies in a folder of the repository, in order; nothing where it is none."""
        clean = os.path.normpath(folder or ".")
        if clean.startswith(("..", "/")) or not self._is_inside(f"{self.top}/{clean}"):
            return ()
        try:
            return tuple(sorted(self.host.list(f"{self.top}/{clean}")))
        except (OSError, ValueError):
            return ()

    def _is_inside(self, folder: str) -> bool:
        """Whether the folder lies below `top` whatever its links say; it is asked once."""
        if folder not in self._folders:
            self._folders[folder] = self._is_plain(folder) or (
                self.host.is_dir(folder) and self._is_below(f"{folder}/"))
        return self._folders[folder]

    def _is_plain(self, folder: str) -> bool:
        """A directory, and no link, in one that is known to lie inside."""
        try:
            return self._folders.get(os.path.dirname(folder), False) and stat.S_ISDIR(
                self.host.stat(folder, follow=False).st_mode)
        except OSError:
            return False

    def _is_below(self, path: str) -> bool:
        self._real = self._real or self.host.realpath(self.top).rstrip("/") + "/"
        return f"{self.host.realpath(path)}/".startswith(self._real)

    def first(self, places: list[str]) -> Optional[FileText]:
        """The first of these paths that is a file here."""
        for place in dict.fromkeys(os.path.normpath(place.lstrip("/")) for place in places if place):
            text = self.read(place)
            if text is not None:
                return FileText(place, text)
        return None

    def follow(self, path: str, near: str, cwd: str = "") -> Optional[FileText]:
        """A file named in a file that lies at `near`: from there, from the top, or by a name that only it has."""
        if os.path.basename(path) in MAKEFILES:
            return self._makefile(path, os.path.dirname(near), cwd)
        if "$" in path:
            path = OF_A_VARIABLE.sub("", _without_substitution(path))
        if "$" in path or not path or path.endswith("/"):
            return None
        base = os.path.dirname(near)
        name = os.path.basename(path)
        places = [f"{base}/{path}", path.lstrip("/"), f"{cwd}/{path}"]
        if cwd and path.startswith("./"):    # (cd lib/py && ./build.sh)
            places = [f"{base}/{cwd}/{path}", f"{cwd}/{path}", *places[:2]]
        if path.startswith("/"):    # /tmp/install.sh, copied into an image from somewhere here
            places = [f"{base}/{name}", path.lstrip("/")]
        found = self.first(places)
        return found if found is not None or not SCRIPT.search(name) else self.named(name)

    def _makefile(self, path: str, base: str, cwd: str) -> Optional[FileText]:
        """Only the one of that very directory: every source tree that is fetched and built has a Makefile, too."""
        full = os.path.join(cwd, path)
        for guest, here in self._synced() if full.startswith("/") else ():
            if full.startswith(f"{guest}/"):
                full = os.path.join(here, full[len(guest) + 1:])
                break
        return None if "$" in full or full.startswith("/") else self.first([f"{base}/{full}", full])

    def _synced(self) -> list[tuple[str, str]]:
        """Where Vagrant boxes have a directory of the repository, and which."""
        known: Optional[list[tuple[str, str]]] = self.cache.get("synced")
        if known is None:
            files = [path for path in self.listing("pipeline") if os.path.basename(path).startswith("Vagrantfile")]
            known = [(guest.rstrip("/"), os.path.normpath(os.path.join(os.path.dirname(path), here)))
                     for path in files for here, guest in SYNCED.findall(self.read(path) or "")]
            self.cache["synced"] = known = [*known, (VAGRANT, ".")]
        return known

    def named(self, name: str) -> Optional[FileText]:
        """The only script here that has this name."""
        index: Optional[dict[str, list[str]]] = self.cache.get("scripts by name")
        if index is None:
            index = self.cache["scripts by name"] = {}
            for path in self.listing("script"):
                index.setdefault(os.path.basename(path), []).append(path)
        paths = index.get(name, [])
        return self.first(paths) if len(paths) == 1 else None

    def listing(self, what: str) -> list[str]:
        """The paths of all files of a sort (dockerfile, compose, pipeline, script, program, yaml, command)."""
        if self._listed is None:
            sorts = (("dockerfile", DOCKERFILE), ("compose", COMPOSE), ("pipeline", PIPELINE), ("script", SCRIPT),
                     ("program", PROGRAM), ("yaml", YAML), ("command", COMMAND))
            self._listed = {sort: [] for sort, _pattern in sorts}
            for path in sorted(self._walk()):
                for sort, pattern in sorts:
                    if pattern.search(path):
                        self._listed[sort].append(path)
                        break
        return self._listed[what]

    def _walk(self) -> list[str]:
        found: list[str] = []
        for directory in walk(self.host.locate(self.top)):
            if len(found) + len(directory.names) > MAX_LISTED:
                break
            found.extend(directory.inside + name for name in directory.names)
        return found


def _without_substitution(path: str) -> str:
    """`$(...)/lib.sh`: most often the script's own directory is found out there."""
    if path.startswith("$("):
        end = find_end(path, 2, len(path), "(")
        if path.startswith("/", end + 1):
            return path[end + 2:]
    return path
