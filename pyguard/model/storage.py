"""Environments and caches as they lie on the disk: what they take, who needs them, what may go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class StorageKind(Enum):
    """Which tool made an environment, as far as that decides how it is taken away."""

    CONDA_BASE = "conda-base"
    CONDA = "conda"
    PIXI = "pixi"
    VENV = "venv"
    VIRTUALENV = "virtualenv"
    PIPX = "pipx"
    UV_TOOL = "uv-tool"
    POETRY = "poetry"
    PIPENV = "pipenv"
    PYENV = "pyenv"          # a whole Python below pyenv's versions
    UV_PYTHON = "uv-python"  # a whole Python that uv fetched


@dataclass(frozen=True)
class Reference:
    """Something that still names an environment: a kernel, a unit, a crontab, a shebang, a process."""

    kind: str
    where: str


@dataclass(frozen=True)
class Defect:
    """Something about an environment that does not work, or lets the outside in. `id` is stable, kebab-case."""

    id: str
    text: str


@dataclass(frozen=True)
class StoredEnvironment:
    """One environment. Sizes in bytes on disk, times in ISO 8601 (UTC).

    `freed` is what removing this one alone gives back: files that the package cache or another environment
    has a name of stay. `last_used` is the newest sign of use and `last_used_by` says which.
    """

    prefix: str
    kind: StorageKind
    python: str = ""
    owner: int = 0
    size: int = 0
    freed: int = 0
    last_used: str = ""
    last_used_by: str = ""
    active: bool = False
    frozen: bool = False
    references: tuple[Reference, ...] = ()
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True)
class Unread:
    """A path that could not be looked into, and why: what it takes is not in any number."""

    path: str
    reason: str


@dataclass(frozen=True)
class StorageReport:
    """All environments; `size` counts each inode once across all of them."""

    environments: tuple[StoredEnvironment, ...] = ()
    size: int = 0
    unread: tuple[Unread, ...] = ()
