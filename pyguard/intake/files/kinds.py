"""The kinds of files that are read, in the order in which they are asked whether a file is theirs."""

from __future__ import annotations

from typing import Optional, Protocol

from ..circumstances import Reading
from . import (
    ansible,
    azure_pipelines,
    circleci,
    cloud_init,
    crontab,
    devcontainer,
    dockerfile,
    documents,
    github_action,
    github_workflow,
    gitlab_ci,
    jenkinsfile,
    makefile,
    package_json,
    python_source,
    settings_files,
    shell_script,
    systemd_unit,
    tox_ini,
    travis,
    vagrantfile,
)
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
    gitlab_ci,
    circleci,
    azure_pipelines,
    travis,
    cloud_init,
    ansible,
    jenkinsfile,
    dockerfile,
    makefile,
    vagrantfile,
    devcontainer,
    package_json,
    tox_ini,
    systemd_unit,
    crontab,
    settings_files,
    shell_script,
    python_source,
)


def find_kind(path: str, head: str, documents_too: bool = False) -> Optional[FileKind]:
    """The first kind that claims the file; documents only where they are asked for."""
    for kind in KINDS:
        if kind.claims(path, head):
            return kind
    return documents if documents_too and documents.claims(path, head) else None
