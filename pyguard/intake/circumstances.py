"""A command found in a file, with what holds at its line: the host, the environment, the user, the variables."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Optional

from ..model.request import Location

if TYPE_CHECKING:
    from .shell.state import State


class Ground(Enum):
    """Which Python a bare `pip` means at that line."""

    HOST = "host"                # the host's own: the image or the runner says which that is
    VENV = "venv"
    PRIVATE = "private"          # a Python no operating system's tool runs on: pyenv, setup-python, /opt/python
    CONDA = "conda"              # a named conda environment
    CONDA_BASE = "conda-base"
    UNKNOWN = "unknown"          # something that was not found decides it: another repository's action, a script


APART = frozenset((Ground.VENV, Ground.PRIVATE, Ground.CONDA))    # none of them is the operating system's
WHICHEVER = "sys.executable: whichever Python runs the program"    # an Active's `because`
CHOSEN_BY_CALLERS = "the callers of this action choose the Python"
IN_CONTAINER = "runs it in a container"    # the end of such a sentence, where nothing says of which image
ONLY = "only reached on "        # what a HostName is named by where a test of the script says the system
OF_DISTRIBUTION = "sys.executable is the distribution's: "       # the same, where the program says so; how follows

MAY_ACTIVATE = "was not found and may activate an environment"
SELDOM_ACTIVATES = "was not found; once the distribution's pip is fetched, such a file seldom activates anything"
PATH_UNSAID = "which nothing here says"
OF_PATH = (MAY_ACTIVATE, SELDOM_ACTIVATES, PATH_UNSAID)    # doubts of what a bare name means


class Active(NamedTuple):
    """What is active, where it lies if that is known, and the sentence that says so."""

    ground: Ground = Ground.HOST
    path: str = ""
    because: str = ""


class User(Enum):
    """Who runs it, as far as the file says."""

    ROOT = "root"
    ORDINARY = "ordinary"
    UNKNOWN = "unknown"


def tells_of_pip(manager: str) -> bool:
    """Whether what says that Python is the distribution's (Circumstances.manager) says so of pip itself."""
    return "pip" in manager


class HostName(NamedTuple):
    """The host a file names: an image (`ubuntu:24.04`), a runner (`ubuntu-latest`), or nothing.

    `named_by` is the evidence (`FROM ubuntu:24.04, line 1`).
    """

    name: str = ""
    named_by: str = ""

    def is_mac(self) -> bool:
        """A Mac: no package manager of the operating system has a Python there, and Homebrew's guard is its own."""
        return self.name.startswith(("macos", "osx"))


class Circumstances(NamedTuple):
    """What holds where a command stands. `manager` says that an OS package manager brought Python there.

    `user_python` is true when only users' own machines run the file (a README, a Makefile).
    """

    host: HostName = HostName()
    active: Active = Active()
    user: User = User.UNKNOWN
    sudo: bool = False
    cwd: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    manager: str = ""
    doubts: tuple[str, ...] = ()
    without_sudo: Optional[Active] = None    # what was active before sudo took it away
    os_packages: tuple[str, ...] = ()        # what the OS package manager was asked for before
    open_venvs: tuple[str, ...] = ()         # environments that see the distribution's site directories
    release: str = ""                        # what a script says that it is for, where nothing names the host

    def get(self, name: str) -> str:
        """A variable's value, or an empty string."""
        for key, value in self.variables:
            if key == name:
                return value
        return ""

    def environ(self) -> dict[str, str]:
        """All variables; what stands before the command itself goes before what was exported."""
        return dict(reversed(self.variables))


class Written(NamedTuple):
    """Text that a command writes to a file; `path` as far as it is known.

    `first` is the line of this file where the text begins, `margin` what was cut from its lines; 0 where it is not
    lines of this file as it stands.
    """

    path: str
    text: str
    append: bool = False
    first: int = 0
    margin: int = 0


class FoundCommand(NamedTuple):
    """One command, its wrappers peeled off. What could not be expanded stays as written (`$X`)."""

    argv: tuple[str, ...]
    location: Location
    circumstances: Circumstances
    written: Optional[Written] = None
    piped_from: tuple[str, ...] = ()
    fed: str = ""                    # a here-document or a here-string on its standard input
    files: tuple[tuple[str, str], ...] = ()    # requirements files as written, with their paths in the repository
    relied_on: str = ""              # a setting: the later command of the distribution's own Python that has it
    called: str = ""                 # where a call stands: the function, and its command with the place
    undoes: tuple[FoundCommand, ...] = ()    # the install whose files it takes away, by the list that this one wrote
    named_in: str = ""               # it is a requirements file's line, and that command installs from the file

    def within(self, **changes: object) -> FoundCommand:
        """The same command in other circumstances."""
        return self._replace(circumstances=self.circumstances._replace(**changes))    # type: ignore[arg-type]


class Skipped(NamedTuple):
    """Something that was not checked, and why. `line` 0: the whole file."""

    path: str
    reason: str
    line: int = 0


class Unreadable(Exception):
    """A file is not what its kind has to be; the message is the reason, in one line.

    `whole` are numbers of lines, from 0: what stands before one of them may be whole, the last ones first.
    """

    def __init__(self, reason: str, whole: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.whole = whole


class Call(NamedTuple):
    """Another file of the repository that is run or sourced, with what holds there."""

    path: str
    line: int
    state: State
    function: str = ""    # of that file, which is called; the file itself is run elsewhere


class Reading(NamedTuple):
    """All that a reader found in one file."""

    commands: tuple[FoundCommand, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    calls: tuple[Call, ...] = ()
