"""What somebody asks for: one command, read as its frontend reads it."""

from __future__ import annotations

from enum import Enum
from typing import Optional

from .frozen import dataclass

# What Request.command is where a tool does not write as its other commands do: a uv project's have no regard for
# EXTERNALLY-MANAGED, setuptools' own commands of setup.py keep CPython's layout below `--prefix`, on Debian too.
UV_SYNC = "sync"
EGG_COMMANDS = frozenset({"develop", "easy_install"})


class Action(Enum):
    """What the command would do to an environment."""

    NONE = "none"              # changes nothing that is installed
    INSTALL = "install"
    UNINSTALL = "uninstall"


class Scheme(Enum):
    """Where the command line itself asks to put things; DEFAULT leaves it to the frontend."""

    DEFAULT = "default"
    USER = "user"
    TARGET = "target"
    PREFIX = "prefix"
    PRIVATE = "private"        # an environment of the tool's own below `path`; only commands come out of it


class SourceKind(Enum):
    """How a requirement says where the distribution comes from."""

    INDEX = "index"            # a name, looked up in an index
    WHEEL = "wheel"            # a wheel file or a link to one
    SDIST = "sdist"            # an archive or a link to one
    DIRECTORY = "directory"    # a local project
    VCS = "vcs"                # git+https://...
    URL = "url"                # any other link


@dataclass(frozen=True)
class Location:
    """Where a request was read: a file, its lines (from 1), a column (from 1)."""

    path: str
    line: int = 0
    end_line: int = 0
    column: int = 0


def read_location(where: str) -> Location:
    """`/etc/pip.conf:3` as a Location; a path alone has no line."""
    path, colon, line = where.rpartition(":")
    return Location(path, int(line)) if colon and line.isdigit() else Location(where)


@dataclass(frozen=True)
class WantedDistribution:
    """One thing asked for.

    `name` is the normalized name, or empty when it cannot be known without running a build.
    `version` is the exact version where the text settles it (a pin, a file name, static metadata).
    `import_names` come from a local project's own files, else they are empty. `marker` keeps the
    PEP 508 marker for the target's Python. `origin` says where it was written
    (`requirements.txt:3`), empty for the command line. `hashed`: the file pins it by hash.
    """

    text: str
    name: str = ""
    specifier: str = ""
    version: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    source: SourceKind = SourceKind.INDEX
    url: str = ""
    editable: bool = False
    import_names: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    origin: str = ""
    requires_python: str = ""
    hashed: bool = False


@dataclass(frozen=True)
class Setting:
    """An option's value together with who set it: an argument, a variable, a file and line."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True)
class Destination:
    """Where the command line, the variables and the configuration ask to write; paths absolute.

    `interpreter` is `--python`'s value. `user` is None when nobody said: pip then decides by
    what is writable. `asked_by` names who set it (`--user`, `PIP_TARGET`, `/etc/pip.conf:3`).
    `root_writable` says whether the asking user may write below `root`; None where there is none.
    `scripts`: where commands go, for PRIVATE. `emptied`: pip's option that was given an empty place: it changes
    nothing, but pip then reads no EXTERNALLY-MANAGED.
    """

    scheme: Scheme = Scheme.DEFAULT
    path: str = ""
    root: str = ""
    user: Optional[bool] = None
    interpreter: str = ""
    asked_by: str = ""
    root_writable: Optional[bool] = None
    scripts: str = ""
    emptied: str = ""


@dataclass(frozen=True)
class Request:
    """One command, understood. `argv` is as typed, the frontend's own name first.

    `called`: the words that have to be typed for that name, where it alone would be another command or none.
    """

    frontend: str
    argv: tuple[str, ...]
    action: Action = Action.NONE
    command: str = ""
    uid: int = 0
    cwd: str = ""
    wanted: tuple[WantedDistribution, ...] = ()
    constraints: tuple[WantedDistribution, ...] = ()
    destination: Destination = Destination()
    dry_run: bool = False
    upgrade: bool = False
    ignore_installed: bool = False
    force_reinstall: bool = False
    no_deps: bool = False
    break_system_packages: Optional[Setting] = None
    index_options: tuple[str, ...] = ()          # to be repeated in a remedy: --index-url ..., conda's channels
    pip_options: tuple[str, ...] = ()            # what else another pip has to be told: --require-hashes
    pip_only: tuple[str, ...] = ()               # who said what no other tool goes by: --pre, PIP_INDEX_URL, a file
    unread: tuple[str, ...] = ()                 # lists that were not read, as arguments: -r https://...
    settings: tuple[Setting, ...] = ()           # every option that did not come from argv
    location: Optional[Location] = None
    source_only: str = ""                        # asks for a source: `--no-binary six`, `a.txt:3`
    gaps: tuple[str, ...] = ()
    called: tuple[str, ...] = ()                 # /usr/bin/python3 -m pip

    @property
    def typed(self) -> tuple[str, ...]:
        """The command line as it can be typed again."""
        return (*(self.called or (self.argv[0].rsplit("/", 1)[-1],)), *self.argv[1:])
