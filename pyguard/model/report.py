"""What `pyguard check` says of files: findings with their place and confidence, and what was not checked."""

from __future__ import annotations

from enum import IntEnum

from .frozen import dataclass
from .request import Location
from .verdict import Level


class Confidence(IntEnum):
    """How sure it is that the command runs where the finding says it does. Only the first two fail a build."""

    POSSIBLE = 0    # nothing in the repository says which Python it is
    LIKELY = 1      # evidence, but not of the host itself: sudo, an OS package manager in the same script
    CERTAIN = 2     # the image, the runner or the path is named


@dataclass(frozen=True)
class FileFinding:
    """One rule's statement about one command of a file. `evidence` is the chain that led there."""

    rule: str
    level: Level
    confidence: Confidence
    message: str
    location: Location
    evidence: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    instead: str = ""             # what to write instead, one line
    source: str = ""              # the line of the file
    fix: str = ""                 # a change that is safe: `drop-sudo`, `drop-comment`


@dataclass(frozen=True)
class NotChecked:
    """A file, or a part of one, that was not checked, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class CheckReport:
    """Everything one run found. `files` were looked at, `suppressed` findings were asked not to be shown.

    `failed` counts the files on which pyguard itself failed; each is among `not_checked`.
    """

    findings: tuple[FileFinding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    files: int = 0
    suppressed: int = 0
    failed: int = 0
