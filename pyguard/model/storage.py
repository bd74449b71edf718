"""Environments and caches as they lie on the disk: what they take, who needs them, what may go."""

from __future__ import annotations

from enum import Enum

from .frozen import dataclass


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

class CacheKind(Enum):
    """Whose cache it is."""

    CONDA = "conda"    # a pkgs directory
    RATTLER = "rattler"    # pixi's, and of everything else that is made with rattler
    PIP = "pip"
    UV = "uv"


class EntryState(Enum):
    """What an entry of a cache is to the environments that are there."""

    NEEDED = "needed"            # an environment has symbolic links into it: without it, it breaks
    USED = "used"                # an environment was made from it, and has its own names of the files
    ARCHIVE = "archive"          # the download; its extracted directory is there
    ORPHANED = "orphaned"        # no environment names it
    INCOMPLETE = "incomplete"    # without the record that makes it a package
    TEMPORARY = "temporary"      # *.partial, *.c~, *.trash, *.conda_trash, *.mamba_trash
    INDEX = "index"              # what a channel or an index said
    OTHER = "other"              # pip and uv do not say what they still need


@dataclass(frozen=True)
class CacheEntry:
    """One entry of a cache. Bytes on disk; `freed` is what removing this one alone gives back."""

    path: str
    state: EntryState
    size: int = 0
    freed: int = 0
    because: str = ""


@dataclass(frozen=True)
class StoredCache:
    """A cache with its entries; `size` and `freed` for all of it, every inode counted once."""

    path: str
    kind: CacheKind
    owner: int = 0
    size: int = 0
    freed: int = 0
    entries: tuple[CacheEntry, ...] = ()


@dataclass(frozen=True)
class Artefact:
    """What a build left beside an editable installation's source: it can be built again."""

    path: str
    size: int = 0
    because: str = ""
    owner: int = 0


@dataclass(frozen=True)
class StorageReport:
    """All environments, and the caches where they were asked for; `size` counts each inode once across all of it."""

    environments: tuple[StoredEnvironment, ...] = ()
    caches: tuple[StoredCache, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    size: int = 0
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Cleaning:
    """One thing that may go. `freed` in bytes; without `argv` the paths are moved into a quarantine.

    `safe_because` and `way_back` are each a sentence's end for people.
    """

    title: str
    paths: tuple[str, ...]
    freed: int
    safe_because: str
    way_back: str
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """Something that was asked to go and stays, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class CleaningPlan:
    """All that may go, what is freed most first, and what stays although it was named."""

    cleanings: tuple[Cleaning, ...] = ()
    kept: tuple[Kept, ...] = ()
