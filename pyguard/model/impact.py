"""What a plan does to what is there: effects, each with its evidence in its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from .facts import Bound, Distribution, Gap, Owner, Requester
from .plan import Change


@dataclass(frozen=True)
class ProtectedInstall:
    """Something is written where a protected interpreter imports from."""

    interpreter: str
    site: str
    scheme: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Shadow:
    """`change` would win the import over `loser`, which stays on disk. `import_names`: the contested ones."""

    change: Change
    loser: Distribution
    import_names: tuple[str, ...]
    requesters: tuple[str, ...] = ()    # the tools that stand on the loser, the most important first


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
    """A distribution would go. `owner` says whose it is."""

    distribution: Distribution
    change: Change
    requesters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overwrite:
    """A file of somebody else's would be replaced."""

    path: str
    owner: Owner
    change: Change


@dataclass(frozen=True)
class GuardBypass:
    """The EXTERNALLY-MANAGED file would be walked around: `how` (an option), `where` it was set."""

    how: str
    where: str
    guard: str


Effect = Union[
    ProtectedInstall, Shadow, BrokenBound, BrokenRequirement, Removal, Overwrite, GuardBypass,
]


@dataclass(frozen=True)
class Impact:
    """All effects of a plan, and what could not be learned on the way to them."""

    effects: tuple[Effect, ...] = ()
    gaps: tuple[Gap, ...] = ()
