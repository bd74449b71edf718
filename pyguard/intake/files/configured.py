"""What Chef, Puppet and Salt do on a host, as root: their resources become commands, their scripts are walked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Optional

from ...model.late_pattern import late
from ...model.request import Location
from ..circumstances import FoundCommand, HostName, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import Repository

HOST = ("", "/usr", "/usr/local")
UNSAID = late(r"\$[\w:{}]+$")                                           # a variable that may be any pip
PROGRAM = late(r"(?:.*/)?(?:pip|python|easy_install)[\d.-]*$")
OTHER = late(r"(!=|!~|\bnot\b|\bunless\b)|\b(windows|mswin\w*|win32)\b|\b(darwin|mac_?os(?:_x)?|mac_os_x)\b", re.I)
LINUX = late(r"linux|debian|ubuntu|rhel|redhat|fedora|centos|suse|amazon|arch", re.I)


class Configured:
    """Collects what one file does; `who` says who runs it."""

    def __init__(self, path: str, repository: Repository, who: str) -> None:
        self.path = path
        self.shell = ShellRun(lambda name, cwd: repository.follow(name, path, cwd))
        self.base = State(HostName(), User.ROOT)
        self.base.manager = who

    def state(self, condition: str = "") -> Optional[State]:
        """A fresh one on that host, under a condition as the file words it; None where that asks for Windows."""
        system = _system_of(condition)
        state = self.base.copy()
        if system == "macos":
            state.host, state.manager = HostName("macos", "only on macOS"), ""
        return None if system == "windows" else state

    def run(self, source: SourceText, state: State) -> None:
        """A command or a script; what it puts on disk the next one finds."""
        end = self.shell.run_script(source, state)
        self.base.private_versions |= end.private_versions

    def emit(self, argv: Sequence[str], line: int, state: State) -> None:
        """A command that stands for what a resource does."""
        place = Location(self.path, line, line, 1)
        self.shell.found.append(FoundCommand(tuple(argv), place, state.circumstances()))

    def pip(self, pip: str, arguments: Sequence[str], line: int, state: State) -> None:
        """`pip` is a program, by its name or path, or the environment that has it; empty for the host's own."""
        pip = pip.rstrip("/")
        if UNSAID.match(pip) and state.classify_directory(pip, "") is None:
            state.doubts.append(f"{pip}, of which nothing here says whose pip it is")
            pip = ""
        if pip in HOST:
            pip = "pip3"
        elif not PROGRAM.match(pip):
            pip = f"{pip}/bin/pip"
        words = [pip, "-m", "pip"] if "python" in pip.rsplit("/", 1)[-1] else [pip]
        self.emit([*words, *arguments], line, state)


def user_of(name: str, state: State) -> None:
    """Who runs it, where that is said."""
    if name and name != "root":
        state.user = User.UNKNOWN if "$" in name else User.ORDINARY


def take_variables(variables: Mapping[str, str], state: State, because: str) -> None:
    """Variables that a command is given. A PATH that begins with one which nobody knows leaves a doubt."""
    first = variables.get("PATH", "").partition(":")[0]
    if first.startswith("$") and first not in ("$PATH", "${PATH}") and state.classify_directory(first, "") is None:
        state.doubts.append(f"PATH begins with {first}, which nothing here says")
    state.export(dict(variables), because)


def pinned(name: str, version: str) -> str:
    """`name==1.0`, where such a version is said."""
    return f"{name}=={version}" if re.match(r"\d", version) else name


def fixed(words: Sequence[str] | str, location: Location) -> SourceText:
    """A command that was put together."""
    return SourceText(words if isinstance(words, str) else shlex.join(words), location.path, fixed=location)


def _system_of(condition: str) -> str:
    """`windows`, `macos`, or nothing: what a condition asks for and nothing else."""
    found = OTHER.findall(condition)
    if not found or LINUX.search(condition) or any(negated for negated, _, _ in found):
        return ""
    return "windows" if any(windows for _, windows, _ in found) else "macos"
