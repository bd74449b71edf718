"""A command line and who typed it -> which tool it is, and which interpreter it would write for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Optional

from ..errors import ForeignUsageError, UsageError
from ..facts.shell_environment import find_program
from ..host import Host
from ..intake.frontends import recognize
from ..intake.frontends.around import Around
from ..model.facts import EnvironmentKind, Interpreter
from ..model.frozen import dataclass
from ..model.late_pattern import late

if TYPE_CHECKING:
    from ..extensions import Extensions
    from ..intake.frontends import Recognized
    from ..intake.frontends.interface import Frontend

PYTHON_NAME = late(r"(python|pypy)(\d+(\.\d+)?)?t?$")
SYSTEM_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Caller:
    """Who asks, from where: everything the process itself contributes. Paths absolute, uid effective."""

    environ: Mapping[str, str]
    cwd: str
    uid: int
    cache: Sequence[str] = ()
    own_python: str = ""                # pyguard's own interpreter, for remedies that need a pip
    own_directories: Sequence[str] = () # where the shims live: never taken for the real tool
    frontends: Sequence[Frontend] = ()  # those of plugins, after the built-in ones
    extensions: Optional[Extensions] = None    # what plugins add to a decision
    gid: int = 0
    progress: Optional[Callable[[str, int, int], None]] = None    # of what takes seconds: what, done, of how many
    patience: float = 20.0              # seconds for one program of a rehearsal
    behalf: Optional[Caller] = None     # who typed `sudo`: what to do instead is for that one

    @property
    def path(self) -> list[str]:
        """PATH's entries."""
        return self.environ.get("PATH", "").split(":")


@dataclass(frozen=True)
class Command:
    """A command line with the program and the interpreter it would run; empty where there is none.

    `argv` begins with the tool's own name, though it may have been called through a Python. `harmless`: the tool's
    own `changes_nothing`; nothing else is asked of its frontend then.
    """

    frontend: Frontend
    argv: tuple[str, ...]
    program: str
    interpreter: str
    harmless: bool = False
    called: tuple[str, ...] = ()    # as Request has it


def identify(host: Host, argv: Sequence[str], caller: Caller, real: str = "") -> Command:
    """Which tool, and which interpreter, a command line means; raises UsageError for other commands.

    A command line that the tool itself refuses means the interpreter that the tool runs on.
    """
    found = recognize(argv, caller.frontends)
    if found is None:
        raise UsageError("unknown-command", f"pyguard cannot judge {' '.join(argv[:3])!r}",
                         hint="it reads pip, uv, conda and their like, and python -m pip")
    program = real or find_tool(host, found.python or argv[0], caller)
    around = describe_surroundings(host, caller, program, found.python and program)
    try:
        interpreter = found.frontend.choose_interpreter(host, found.argv, around)
    except ForeignUsageError:
        interpreter = around.python_of(program)
    called = tuple(argv[:len(argv) - len(found.argv) + 1]) if found.python else ()
    return Command(found.frontend, found.argv, program, interpreter, _is_harmless(found, caller), called)


def _is_harmless(found: Recognized, caller: Caller) -> bool:
    try:
        return found.frontend.changes_nothing(found.argv, caller.environ)
    except ForeignUsageError:
        return False    # the tool's own error stands, wherever it is read


def find_tool(host: Host, name: str, caller: Caller) -> str:
    """A program as the shell would find it, past pyguard's own shims."""
    if "/" in name:
        return name if name.startswith("/") else f"{caller.cwd}/{name}"
    return find_program(host, name, caller.path, skip=tuple(caller.own_directories))


def describe_surroundings(host: Host, caller: Caller, program: str, python: str = "") -> Around:
    """What the frontend may ask; `python` is the interpreter where the tool was called through one."""
    def find(name: str) -> str:
        return find_program(host, name, caller.path, skip=tuple(caller.own_directories))

    def python_of(path: str) -> str:
        return python or interpreter_of(host, path, caller)

    return Around(caller.environ, caller.cwd, caller.uid, program, find, python_of)


def interpreter_of(host: Host, program: str, caller: Caller) -> str:
    """The interpreter a script runs on: its shebang, or what stands beside it."""
    if program:
        found = _shebang(host, program, caller)
        if found:
            return found
        beside = program.rsplit("/", 1)[0]
        for name in ("python3", "python"):
            if host.exists(f"{beside}/{name}"):
                return f"{beside}/{name}"
    return find_program(host, "python3", caller.path) or SYSTEM_PYTHON


def _shebang(host: Host, program: str, caller: Caller) -> str:
    try:
        lines = host.read_text(program, 1024).split("\n")
    except OSError:
        return ""
    if not lines[0].startswith("#!"):
        return ""
    words = lines[0][2:].split()
    if words and words[0].endswith("/env"):
        return find_program(host, next((word for word in words[1:] if PYTHON_NAME.match(word)), ""), caller.path)
    if words and PYTHON_NAME.match(words[0].rsplit("/", 1)[-1]):
        return lines[0][2:].strip() if host.exists(lines[0][2:].strip()) else words[0]
    # distlib's answer to long paths and blanks: '''exec' "/path/python" "$0" "$@"
    trampoline = re.match(r"'''exec' \"?([^\"]+?)\"? \"\$0\"", lines[1]) if len(lines) > 1 else None
    return trampoline.group(1) if trampoline else ""


def is_free(host: Host, interpreter: Interpreter, command: Command, caller: Caller) -> bool:
    """True when nothing about the command can concern the operating system or conda's base.

    An environment of one's own, and no option, variable or file that leads out of it.
    """
    if interpreter.is_protected or interpreter.kind is EnvironmentKind.CONDA_BASE:
        return False
    around = describe_surroundings(host, caller, command.program)
    try:
        return not command.frontend.leaves_environment(host, command.argv, around, interpreter)
    except ForeignUsageError:
        return True    # the tool's own error stands
