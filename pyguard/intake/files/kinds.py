"""The kinds of files that are read, in the order in which they are asked whether a file is theirs."""

from __future__ import annotations

from typing import Optional, Protocol

from ..circumstances import Reading
from . import dockerfile, github_action, github_workflow, shell_script
from .file_text import FileText, Repository


class FileKind(Protocol):
    """A module that claims files by their path and first lines, and reads them."""

    KIND: str

    def claims(self, path: str, head: str) -> bool:
        """Whether the file is of this kind. `head` is its first 4 KiB."""
        ...

    def read(self, file: FileText, repository: Repository) -> Reading:
        """All its commands. Never raises for what a file holds."""
        ...


KINDS: tuple[FileKind, ...] = (
    github_workflow,
    github_action,
    dockerfile,
    shell_script,
)


def find_kind(path: str, head: str, documents: bool = False) -> Optional[FileKind]:
    """The first kind that claims the file."""
    for kind in KINDS:
        if kind.claims(path, head):
            return kind
    return None
