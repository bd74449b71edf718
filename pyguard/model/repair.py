"""What a repair would do, in order: each action small, shown before it is carried out, and undone by its record."""

from __future__ import annotations

from enum import Enum, IntEnum

from .frozen import dataclass


class Phase(IntEnum):
    """The order: what starts programs first, then what they import, then what proves it."""

    ENVIRONMENT = 1
    INTERPRETER = 2
    SHADOWS = 3
    OS_PACKAGES = 4
    EXTERNALLY_MANAGED = 5


class Verb(Enum):
    """What is done to a path."""

    QUARANTINE = "quarantine"    # moved away, with all that is below it
    LINK = "link"                # becomes a symbolic link to `target`
    COMMENT = "comment"          # its `lines` become comments
    RESTORE = "restore"          # `paths` come back from the OS package's archive
    LDCONFIG = "ldconfig"        # the loader's cache is made anew


@dataclass(frozen=True)
class Action:
    """One step. `path`: what it is done to, for RESTORE the name of the OS package.

    `user` is the account whose rights it is done with, empty for root's. `version` is the OS package's.
    """

    phase: Phase
    verb: Verb
    path: str
    why: str
    user: str = ""
    target: str = ""
    lines: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True)
class Left:
    """A finding that no action answers, and what a person can do about it."""

    what: str
    advice: str


@dataclass(frozen=True)
class RepairPlan:
    """All actions in their order, and what stays as it is; `below`: how many findings are not serious enough."""

    actions: tuple[Action, ...] = ()
    left: tuple[Left, ...] = ()
    below: int = 0
