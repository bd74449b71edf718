"""What a plan does to what is there: effects, each with its evidence in its fields."""

from __future__ import annotations

from enum import Enum
from typing import Optional, Union

from .facts import Bound, Distribution, Gap, Owner, PipBuild, Requester
from .frozen import dataclass
from .plan import Change, Effectiveness


@dataclass(frozen=True)
class ProtectedInstall:
    """Something is written where a protected interpreter imports from."""

    interpreter: str
    site: str
    scheme: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Shadow:
    """`change` would win the import over `loser`. `import_names`: the contested ones.

    `outcome` is what this pip does with the loser, and `because` why.
    """

    change: Change
    loser: Distribution
    import_names: tuple[str, ...]
    requesters: tuple[str, ...] = ()    # the tools that stand on the loser, the most important first
    outcome: Effectiveness = Effectiveness.SHADOWS
    because: str = ""


@dataclass(frozen=True)
class BrokenBound:
    """An OS package's declared bound that would no longer hold. `tools`: the tools that stand on it."""

    requester: Requester
    bound: Bound
    change: Change
    loser: Distribution
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class BrokenRequirement:
    """A Requires-Dist of an installed distribution that holds today and would not any more."""

    distribution: Distribution
    requirement: str
    change: Change
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class Removal:
    """A distribution would go: uninstalled, or replaced where the change has a version.

    `outcome` REFUSED: pip would stop instead, and `because` says why.
    """

    distribution: Distribution
    change: Change
    requesters: tuple[str, ...] = ()
    outcome: Effectiveness = Effectiveness.REPLACES
    because: str = ""


@dataclass(frozen=True)
class Overwrite:
    """A file of somebody else's would be replaced."""

    path: str
    owner: Owner
    change: Change


@dataclass(frozen=True)
class FilesRemoved:
    """Modules or metadata that OS packages own are deleted or moved by hand: `path`, by `how`."""

    path: str
    how: str


@dataclass(frozen=True)
class LocalFilesRemoved:
    """What pip put into `site`, where `interpreter` imports from, is deleted or moved by hand: `how`."""

    interpreter: str
    site: str
    how: str


@dataclass(frozen=True)
class GuardBypass:
    """The EXTERNALLY-MANAGED file would be walked around: `how` (an option), `where` it was set."""

    how: str
    where: str
    guard: str


@dataclass(frozen=True)
class GuardRemoved:
    """The EXTERNALLY-MANAGED file itself is deleted, moved or emptied: `path`, by `how`."""

    path: str
    how: str


@dataclass(frozen=True)
class GuardSwitchedOff:
    """`break-system-packages` is set for more than one command: `how`, and `where` it stays."""

    how: str
    where: str


@dataclass(frozen=True)
class InterpreterReplaced:
    """A program of the distribution's Python is replaced: `path` by `target` (empty: it is removed)."""

    path: str
    target: str
    how: str


@dataclass(frozen=True)
class InterpreterRemoved:
    """The package manager is asked to remove the Python that the distribution stands on."""

    package: str
    how: str


@dataclass(frozen=True)
class StdlibShadow:
    """A module of the standard library would be imported from a directory that comes before it."""

    change: Change
    module: str
    site: str
    because: str


@dataclass(frozen=True)
class PipReplaced:
    """Another pip would run from then on. `present` is the OS's own."""

    change: Change
    present: Optional[PipBuild] = None


@dataclass(frozen=True)
class EnvironmentLeak:
    """A variable that changes what Python imports is set for everybody, or for `user`: `where` is the file."""

    variable: str
    value: str
    where: str
    user: str = ""


@dataclass(frozen=True)
class CondaBaseChanged:
    """The base environment is changed by a command that names it, or that names none."""

    how: str
    named: bool = False


@dataclass(frozen=True)
class CondaBaseActivated:
    """Every shell of root or of everybody gets conda's base environment: `how`."""

    how: str


@dataclass(frozen=True)
class UserSiteLeak:
    """Something installed for one environment that others see too. `variable`: what switches that off."""

    interpreter: str
    site: str
    variable: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class CondaBaseMutation:
    """conda's own environment would be changed behind conda's back.

    `losers`: what conda installed and would be replaced or removed; `requesters`: what stands on that, conda first.
    """

    prefix: str
    changes: tuple[Change, ...]
    losers: tuple[Distribution, ...] = ()
    requesters: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommandShadow:
    """A program would be found before the operating system's of that name. `assumed`: by the change's name."""

    command: str      # the path that would be written
    shadowed: str     # the OS's own
    owner: Owner
    change: Change
    assumed: bool = False


@dataclass(frozen=True)
class LibraryShadow:
    """A native tool that would get another library: `missing` are the versions or symbols it lacks.

    `variable` (LD_LIBRARY_PATH, LD_PRELOAD, or `ld.so.conf`) brings it in, `where` is the file that sets it.
    `change`: what would bring the library; empty where it is there already.
    """

    tool: str
    library: str
    missing: tuple[str, ...]
    variable: str
    where: str
    needed_by: str = ""
    user: str = ""
    change: str = ""


@dataclass(frozen=True)
class UnknownRemoval:
    """An uninstall of what nobody knows before it happens, and nothing keeps the operating system's own out of it."""

    subject: str
    reason: str


class Observed:
    """The base of the effects that only an audit finds (`model.damage`)."""


class Grade(Enum):
    """How much is known about what a change does to a requester; never mixed up."""

    USES = "uses"          # it reaches what changes
    AT_RISK = "at risk"    # a requirement no longer holds, or a name that it takes is gone from the new files
    BREAKS = "breaks"      # it was tried with the change, and failed where it does not without


@dataclass(frozen=True)
class Affected:
    """A requester that a plan touches: how badly, `because`, and the way there.

    `where` is a `file:line`; `proof` the requirement with both versions, the missing name, or the last line
    of what failed.
    """

    requester: str
    grade: Grade
    change: str
    module: str = ""
    strength: str = ""
    where: str = ""
    proof: str = ""
    firm: bool = True


Effect = Union[
    ProtectedInstall, Shadow, BrokenBound, BrokenRequirement, Removal, Overwrite, GuardBypass, StdlibShadow,
    PipReplaced, UserSiteLeak, CondaBaseMutation, CommandShadow, FilesRemoved, GuardRemoved, GuardSwitchedOff,
    InterpreterReplaced, InterpreterRemoved, EnvironmentLeak, CondaBaseChanged, CondaBaseActivated, LibraryShadow,
    Observed, Affected, UnknownRemoval, LocalFilesRemoved,
]


@dataclass(frozen=True)
class Impact:
    """All effects of a plan, and what could not be learned on the way to them.

    `happened`: an audit found them; rules then say what is, not what would be.
    """

    effects: tuple[Effect, ...] = ()
    gaps: tuple[Gap, ...] = ()
    happened: bool = False
