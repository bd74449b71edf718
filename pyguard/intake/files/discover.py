"""Paths become the files below them: .gitignore respected, links not followed, in a stable order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, Optional

from ...host import Host
from .repository import HIDDEN

SUFFIXES = frozenset((
    "", ".sh", ".bash", ".zsh", ".ksh", ".bats", ".yml", ".yaml", ".json", ".mk", ".service", ".cron", ".crontab",
    ".conf", ".toml", ".env", ".ini", ".cfg", ".py", ".dockerfile", ".docker", ".containerfile", ".just",
    ".justfile", ".groovy", ".pip", ".tpl", ".tftpl", ".tmpl", ".template", ".tf", ".hcl",
    ".jenkinsfile", ".vagrantfile", ".makefile", ".j2", ".in", ".txt", ".ini", ".condarc", ".bashrc", ".profile"))
DOCUMENTS = frozenset((".md", ".markdown", ".rst", ".mdx"))
FORGE_NAMES = ("dockerfile", "containerfile", "makefile", "jenkinsfile", "vagrantfile", "justfile")


def find_files(host: Host, top: str, paths: Sequence[str], documents: bool,
               exclude: Sequence[str] = ()) -> Iterator[str]:
    """Paths relative to `top`. A file that is named is always among them; below a directory, what may be read."""
    ignored = _Ignored(host, top, exclude)
    for path in paths:
        full = os.path.normpath(os.path.join(top, path))
        if host.is_dir(full):
            yield from _below(host, top, full, documents, ignored)
        else:
            yield os.path.relpath(full, top)


def _below(host: Host, top: str, directory: str, documents: bool, ignored: _Ignored) -> Iterator[str]:
    base = host.locate(directory)
    for here, folders, names in os.walk(base):
        inside = os.path.relpath(os.path.join(directory, os.path.relpath(here, base)), top)
        prefix = "" if inside == "." else inside + "/"
        ignored.enter(prefix)
        folders[:] = sorted(name for name in folders
                            if name not in HIDDEN and not ignored.matches(prefix + name + "/"))
        for name in sorted(names):
            if could_be_read(name, documents) and not ignored.matches(prefix + name) \
                    and not os.path.islink(os.path.join(here, name)):
                yield prefix + name


def could_be_read(name: str, documents: bool) -> bool:
    """Whether some kind might claim a file of that name."""
    lower = name.lower()
    suffix = os.path.splitext(lower)[1]
    return suffix in SUFFIXES or (documents and suffix in DOCUMENTS) or any(word in lower for word in FORGE_NAMES)


class _Ignored:
    """The .gitignore files from the top down, as git reads them (pathspec), and the excluded patterns."""

    def __init__(self, host: Host, top: str, exclude: Sequence[str]) -> None:
        self.host = host
        self.top = top
        self.specs: dict[str, Any] = {}
        self.excluded: Optional[Any] = self._compile(list(exclude)) if exclude else None

    def enter(self, prefix: str) -> None:
        """Read the .gitignore of a directory that is about to be listed."""
        try:
            lines = self.host.read_text(f"{self.top}/{prefix}.gitignore", 256 * 1024).splitlines()
        except OSError:
            return
        self.specs[prefix] = self._compile(lines)

    @staticmethod
    def _compile(lines: list[str]) -> Any:
        import pathspec  # only who has a .gitignore pays

        try:
            return pathspec.GitIgnoreSpec.from_lines(lines)
        except ValueError:    # a pattern that git itself would not take
            return pathspec.GitIgnoreSpec.from_lines([])

    def matches(self, path: str) -> bool:
        """True for what git ignores, or the settings exclude."""
        if self.excluded is not None and self.excluded.match_file(path):
            return True
        return any(path.startswith(prefix) and spec.match_file(path[len(prefix):])
                   for prefix, spec in self.specs.items())
