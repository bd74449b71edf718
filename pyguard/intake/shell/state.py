"""What holds at a point of a shell script: environment, variables, user, directories; copied for a subshell."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

from ...model.late_pattern import late
from ..circumstances import ONLY, Active, Circumstances, Ground, HostName, User, tells_of_pip
from ..source_text import SourceText
from .directories import environment_in
from .tree import Node

UNKNOWN_VALUE = None
ROOTED = ("/", "$", "~")
HOME = late(r"^(?:~|\$HOME|\$\{HOME\}|/root|/home/[^/]+)(?=/|$)")
OF_HERE = late(r"^(?:\$PWD|\$\{PWD\})(?:/|$)")
MAX_ARGUMENTS = 8_000    # characters
LIST = late(r"\$(?:[@*(]|\{(?:[@*]|\w+\[[@*]))|`")    # as written, for it is not known


class Definition(NamedTuple):
    """A function's body, the text that it stands in, and the system that alone has it, if a test says so."""

    body: Node
    source: SourceText
    system: str = ""


class State:
    """Mutable; `copy` gives a subshell its own. An unknown variable has the value None."""

    def __init__(self, host: Optional[HostName] = None, user: User = User.UNKNOWN) -> None:
        self.host = host or HostName()
        self.user = user
        self.account = ""                          # the user's name, where it is said
        self.active = Active()
        self.stack: list[Active] = []
        self.variables: dict[str, Optional[str]] = {}
        self.exported: set[str] = set()
        self.given: dict[str, str] = {}            # what is sure of the variables: what callers and pipelines gave
        self.decides = False                       # whether that decides which branches are walked
        self.venvs: set[str] = set()
        self.open_venvs: set[str] = set()          # those of them that see the distribution's site directories
        self.arguments: Optional[tuple[str, ...]] = None          # `$@`, where it is known
        self.functions: dict[str, tuple[Definition, ...]] = {}    # several where branches define it differently
        self.replaced: list[Definition] = []                      # functions that were defined again
        self.cwd = ""
        self.release = ""                          # `centos:6`, where a script says that it is for it
        self.manager = ""
        self.os_packages: tuple[str, ...] = ()
        self.sudo = False
        self.without_sudo: Optional[Active] = None
        self.private_versions: set[str] = set()    # minors of Pythons built or installed apart: 3.6; names of theirs
        self.source_python = ""                    # the version of a Python source tree that was fetched
        self.source_prefix = ""                    # where it was told to go
        self.doubts: list[str] = []
        self.start_files: dict[tuple[str, str], str] = {}    # what was written to them: by owner and name, or path
        self.shell: tuple[str, ...] = ()           # that runs the commands, where it is said
        self.containers: dict[str, str] = {}       # "image of NAME", "pip of NAME"
        self.handed: dict[str, tuple[str, ...]] = {}    # what a pipeline's step gives the action that it calls
        self.written: dict[str, str] = {}          # $GITHUB_PATH, $GITHUB_ENV, $BASH_ENV and what went there

    def copy(self) -> State:
        """For a subshell: what it changes ends with it, except what it put on disk."""
        new = State.__new__(State)
        new.__dict__.update(self.__dict__)
        new.stack = list(self.stack)
        new.variables = dict(self.variables)
        new.exported = set(self.exported)
        new.given = dict(self.given)
        new.functions = dict(self.functions)
        new.doubts = list(self.doubts)
        new.private_versions = set(self.private_versions)
        return new    # venvs, containers, start_files, written: shared, on disk; what was replaced is the script's

    def note_manager(self, because: str) -> None:
        """A package manager brought Python, or something says that one did: what speaks of pip says most."""
        if not self.manager or (tells_of_pip(because) and not tells_of_pip(self.manager)):
            self.manager = because

    def activate(self, active: Active) -> None:
        """Make an environment the active one."""
        self.stack.append(self.active)
        self.active = active

    def deactivate(self) -> None:
        """Back to what was active before; with nothing to go back to, the host's Python."""
        self.active = self.stack.pop() if self.stack else Active()

    def assign(self, name: str, value: Optional[str], because: str = "") -> None:
        """Set a variable; PATH and VIRTUAL_ENV change the environment."""
        self.variables[name] = value
        self.given.pop(name, None)
        if name == "PATH" and value is not None:
            self.take_path(value, because)
        elif name == "PYENV_VERSION" and name in self.exported and value not in (None, "", "system"):
            self.activate(Active(Ground.PRIVATE, "pyenv", because or "PYENV_VERSION chooses a pyenv Python"))
        elif name == "VIRTUAL_ENV" and value and "VIRTUAL_ENV" in self.exported:
            self.add_venv(value)

    def add_venv(self, path: str) -> None:
        """An environment that is on disk from here on: by the name it was given, and by its whole one."""
        self.venvs.update((path.rstrip("/"), self.full_path(path)))
        self.look_again()

    def look_again(self) -> None:
        """Whether an entry that has long been on PATH is an environment by now."""
        if self.active.ground is Ground.HOST:
            self.take_path(self.variables.get("PATH") or "", "")

    def full_path(self, path: str) -> str:
        """From the working directory, with every home as `~`: who is at home there is seldom known."""
        if path.startswith("~") and self.variables.get("HOME"):
            path = f"{self.variables['HOME']}{path[1:]}"
        path = OF_HERE.sub("", path)
        if self.cwd and not path.startswith(ROOTED):
            path = f"{self.cwd}/{path}"
        return HOME.sub("~", posixpath.normpath(path))

    def take_path(self, value: str, because: str) -> None:
        """What a new PATH means: its first entry that says anything about Python decides."""
        for entry in value.split(":"):
            if entry in ("$PATH", "${PATH}", "%PATH%"):
                return
            if entry.rstrip("/") in ("/usr/bin", "/bin"):
                if self.active.ground is not Ground.HOST and "$" not in value and "%" not in value:
                    self.activate(Active())
                return
            active = self.classify_directory(entry, because)
            if active is not None:
                self.activate(active)
                return

    def classify_directory(self, directory: str, because: str) -> Optional[Active]:
        """The environment whose programs lie in that directory, or None if it says nothing about Python."""
        return environment_in(directory, because, self._is_made)

    def _is_made(self, path: str) -> bool:
        return path in self.venvs or (path != "" and self.full_path(path) in self.venvs)

    def own_file(self, name: str) -> Optional[str]:
        """`$0` or `$BASH_SOURCE` as a path with a slash: where nothing was sourced, they are the same."""
        path = self.variables.get(name) or self.variables.get("0")
        return path if not path or "/" in path else f"./{path}"

    def take_arguments(self, words: Optional[tuple[str, ...]]) -> None:
        """What `$@` and `$1` to `$9` are; nobody knows those that follow a list which could not be expanded."""
        room = MAX_ARGUMENTS
        for index, word in enumerate(words or ()):    # `set -- "$@" "$@"` in a loop ends here
            room -= len(word) + 1
            if room < 0:
                words = (words or ())[:index]
                break
        self.arguments = words
        known = words or ()
        end = next((index for index, word in enumerate(known) if LIST.match(word)), len(known))
        missing = "" if words is not None and end == len(known) else UNKNOWN_VALUE
        for index in range(9):
            self._take_argument(str(index + 1), known[index] if index < end else missing)
        self.given.pop("#", None)
        if self.decides and missing is not UNKNOWN_VALUE:
            self.given["#"] = str(len(known))

    def _take_argument(self, name: str, value: Optional[str]) -> None:
        self.variables[name] = value
        self.given.pop(name, None)
        if self.decides and value is not None and "$" not in value and "`" not in value:
            self.given[name] = value

    def give(self, values: Mapping[str, str]) -> None:
        """What is sure of the environment: a pipeline's file says it, and nothing is filled in there."""
        self.exported.update(values)
        self.given.update((name, value) for name, value in values.items() if "$" not in value and "<<" not in value)

    def begin_script(self, words: Optional[tuple[str, ...]]) -> None:
        """A script of its own is run with these words; None where they are not known."""
        if self.decides:
            self.given = {name: value for name, value in self.given.items() if name in self.exported}
        self.decides = True
        self.take_arguments(words)

    def is_told(self) -> bool:
        """Whether the host has a name that says what it is: no expression of a pipeline's, no runner of its owners."""
        return self.host.name not in ("", "self-hosted") and not self.host.name.startswith("${{")

    def only_system(self) -> str:
        """The system that a test around this point asks for, or an empty string."""
        return self.host.name if self.host.named_by.startswith(ONLY) else ""

    def environment(self) -> dict[str, str]:
        """The exported variables whose values are known."""
        return {name: value for name in sorted(self.exported)
                if (value := self.variables.get(name)) is not None}

    def export(self, values: Mapping[str, Optional[str]], because: str = "") -> None:
        """Variables that every later command gets."""
        for name, value in values.items():
            self.exported.add(name)
            self.assign(name, value, because)

    def circumstances(self, extra: Iterable[tuple[str, str]] = ()) -> Circumstances:
        """What a command at this point stands in."""
        return Circumstances(self.host, self.active, self.user, self.sudo, self.cwd,
                             (*extra, *self.environment().items()), self.manager, tuple(self.doubts),
                             self.without_sudo, self.os_packages, self._open() if self.open_venvs else (), self.release)

    def _open(self) -> tuple[str, ...]:
        """The active one by the name that it was activated by, too."""
        path = self.active.path
        return (*self.open_venvs, *([path] if path and self.full_path(path) in self.open_venvs else []))


def on_system(state: State, system: str) -> State:
    """Another system than the file's other lines are for: what is known of theirs does not hold there.

    A runner's label, `ubuntu-22.04`, is none: it says which distribution that is, where nothing else does.
    """
    if system.startswith("ubuntu"):
        state.host = state.host if state.is_told() else HostName("", ONLY + system)
    elif system and state.only_system() != system:
        state.host, state.manager, state.os_packages = HostName(system, ONLY + system), "", ()
    return state
