"""What an audit sees and no single install brings about: effects that have happened, each with its evidence.

Kept apart from `impact`: making ten more classes would cost every refusal milliseconds. `where` is `file:line`
or `file`; `user` is the account it concerns, empty for everybody.
"""

from __future__ import annotations

from .facts import Owner
from .frozen import dataclass
from .impact import Observed


@dataclass(frozen=True)
class FilesDamaged(Observed):
    """Files of one OS package that are not as the package manager wrote them. `tools`: who stands on it.

    `closed`: its modules that not everybody may read, and directories of them.
    """

    owner: Owner
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class StrangeFiles(Observed):
    """Paths in a directory of the operating system's that no OS package knows."""

    directory: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class OrphanedSite(Observed):
    """A site directory with something in it, for a Python version that is gone."""

    path: str
    version: str
    holds: tuple[str, ...]
    user: str = ""


@dataclass(frozen=True)
class DeadScript(Observed):
    """A program on PATH that cannot start: its interpreter is gone."""

    path: str
    interpreter: str
    user: str = ""


@dataclass(frozen=True)
class PathShadow(Observed):
    """A line that puts a directory before the operating system's on PATH; `commands`: those it takes away."""

    directory: str
    where: str
    commands: tuple[str, ...]
    user: str = ""


@dataclass(frozen=True)
class ModuleBesideScript(Observed):
    """A module in a directory of programs: every script there imports it before anything else."""

    path: str
    module: str
    owner: str


@dataclass(frozen=True)
class StdlibNameTaken(Observed):
    """A distribution brings a module of the standard library's name; it loses, until its directory comes first."""

    name: str
    site: str
    modules: tuple[str, ...]
    user: str = ""


@dataclass(frozen=True)
class PipRedirected(Observed):
    """A line of pip's configuration that sends every install past the distribution's guard."""

    setting: str
    value: str
    where: str
    user: str = ""


@dataclass(frozen=True)
class ToolBroken(Observed):
    """A program of an OS package that does not start as things stand: the last line it said."""

    tool: str
    owner: str
    error: str
    user: str = ""
