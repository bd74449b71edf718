"""What to run instead."""

from __future__ import annotations

from enum import Enum

from .frozen import dataclass


class Safety(Enum):
    """What carrying it out costs if it was the wrong thing to do."""

    SAFE = "safe"                # touches nothing that was there before
    CHANGES_ENVIRONMENT = "changes-environment"    # adds to an environment that is there
    CHANGES_OS = "changes-os"    # installs an OS package
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True)
class Step:
    """One command. `argv` is a tuple, never shell text; `undo` takes it back."""

    argv: tuple[str, ...]
    why: str = ""
    needs_root: bool = False
    undo: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remedy:
    """A way to get what was wanted without the damage. `reason` says why it fits, `note` what else to know.

    `runnable` is false where something has to be installed first that no step here installs. `creates` is the name
    or the directory of the environment that its steps make anew, empty where they make none. `files` are files that
    the steps write and use: name and text.
    """

    id: str
    title: str
    safety: Safety
    steps: tuple[Step, ...]
    note: str = ""
    runnable: bool = True
    reason: str = ""
    creates: str = ""
    files: tuple[tuple[str, str], ...] = ()
