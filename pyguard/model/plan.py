"""What would change on disk if the request were carried out."""

from __future__ import annotations

from enum import Enum
from typing import Optional

from .facts import Gap
from .frozen import dataclass

OS_TREES = ("/usr/lib/", "/usr/lib64/", "/usr/bin/", "/usr/sbin/", "/lib/", "/lib64/", "/bin/", "/sbin/")


class Basis(Enum):
    """How deep the plan was looked into."""

    DECLARED = "declared"      # what the command line and the files it names say
    RESOLVED = "resolved"      # what the target's own pip would choose
    REHEARSED = "rehearsed"    # tried out in a scratch directory
    OBSERVED = "observed"      # already happened


class Effectiveness(Enum):
    """What a pip of that build does with a copy that is already there."""

    SHADOWS = "shadows"        # leaves it, puts its own in front
    REPLACES = "replaces"      # uninstalls or overwrites it
    REFUSED = "refused"        # stops with an error of its own
    KEEPS = "keeps"            # leaves it in force: it satisfies the request, or nothing may be replaced
    PINNED = "pinned"          # shadows, but programs run with -I or -P go on with the old (-nspkg.pth)


@dataclass(frozen=True)
class Target:
    """The directories an install would write to: what pip calls a scheme, paths absolute."""

    purelib: str
    platlib: str
    scripts: str
    scheme: str                    # user_site, posix_local, deb_system, target, prefix, venv ...
    on_path: bool = True           # whether the interpreter would import from there
    rank: Optional[int] = None     # its place on sys.path
    reason: str = ""               # why there: `--user`, `site directory not writable` ...

    @property
    def is_the_systems(self) -> bool:
        """Whether files would go where only the package manager writes (FHS 3.0, 4.1), imported from or not."""
        return any(f"{path}/".startswith(OS_TREES) for path in (self.purelib, self.platlib, self.scripts))


@dataclass(frozen=True)
class Change:
    """One distribution that arrives, is replaced or goes. `version` None: it is removed.

    An empty version means that it is not known which. `assumed_import_names` is true when the
    import names were derived from the distribution's name, not read from its files.
    """

    name: str
    version: Optional[str]
    site: str
    specifier: str = ""
    import_names: tuple[str, ...] = ()
    assumed_import_names: bool = False
    files: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    editable: bool = False
    requested: bool = True
    source: str = ""               # where its wheel is to be had, once resolved
    digest: str = ""               # the wheel's SHA-256, in hex


@dataclass(frozen=True)
class Reach:
    """A requester gets to something that changes: `strength` in words, at `where` (`file:line`).

    `modules` are import names; `through` are the distributions of other owners on the way.
    """

    requester: str
    change: str
    module: str
    strength: str
    where: str
    firm: bool = False
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """What a requester takes and the new files no longer have: `name` (`module.attribute`) at `where`.

    `fault`: what is wrong with a name that is still there.

    `requirement`: upstream's own, of `distribution`, that holds today and would not any more.
    """

    requester: str
    change: str
    where: str = ""
    name: str = ""
    distribution: str = ""
    requirement: str = ""
    before: str = ""
    after: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Trial:
    """A requester tried in a view in which the plan is carried out, and in one in which it is not.

    `what` was tried (`--help`, `import x`); an empty text means that it went well, else it is the last line.
    `deep`: a module further than one function away from how the requester starts.
    """

    requester: str
    what: str
    before: str = ""
    after: str = ""
    deep: bool = False

    @property
    def broke(self) -> bool:
        """True for what worked and does not any more."""
        return bool(self.after) and not self.before


@dataclass(frozen=True)
class Lack:
    """A native tool would load a library that `change` brings, and miss something in it; as in `LibraryShadow`."""

    tool: str
    library: str
    missing: tuple[str, ...]
    variable: str
    where: str
    needed_by: str
    change: str


@dataclass(frozen=True)
class Plan:
    """All changes, how deep they were looked into, and what could not be learned."""

    basis: Basis
    target: Target
    changes: tuple[Change, ...] = ()
    gaps: tuple[Gap, ...] = ()
    reaches: tuple[Reach, ...] = ()      # once the closures were looked at
    missing: tuple[Missing, ...] = ()
    trials: tuple[Trial, ...] = ()       # once rehearsed
    lacks: tuple[Lack, ...] = ()         # once the wheels were looked at
