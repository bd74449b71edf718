"""A command on a host becomes a Decision: the one road that the shim, the hook and `explain` all take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Optional

from .decide import decide
from .errors import UsageError
from .facts.collect import collect
from .facts.interpreter import inspect
from .facts.pip_build import find_pip
from .facts.shell_environment import find_program
from .host import Host
from .intake.frontends import pip as pip_frontend
from .intake.frontends.pip_command import read_command as read_pip_command
from .model.decision import Decision
from .model.facts import EnvironmentKind, Facts, Interpreter, Tool
from .model.request import Request, Scheme
from .model.settings import Settings
from .plan.declared import declare

PIP_NAME = re.compile(r"pip(\d+(\.\d+)?)?$")
PYTHON_NAME = re.compile(r"(python|pypy)(\d+(\.\d+)?)?t?$")
SYSTEM_PYTHON = "/usr/bin/python3"
OS_TREES = ("/usr/lib/python", "/usr/lib64/python", "/usr/local/lib/python", "/usr/local/lib64/python")
OS_PREFIXES = ("/usr", "/usr/local")


@dataclass(frozen=True)
class Caller:
    """Who asks, from where: everything the process itself contributes. Paths absolute, uid effective."""

    environ: Mapping[str, str]
    cwd: str
    uid: int
    cache: Sequence[str] = ()
    own_python: str = ""                # pyguard's own interpreter, for remedies that need a pip
    own_directories: Sequence[str] = () # where the shims live: never taken for the real tool

    @property
    def path(self) -> list[str]:
        """PATH's entries."""
        return self.environ.get("PATH", "").split(":")


@dataclass(frozen=True)
class Command:
    """A command line with the program and the interpreter it would run; empty where there is none."""

    argv: tuple[str, ...]
    program: str
    interpreter: str


def identify(host: Host, argv: Sequence[str], caller: Caller, real: str = "") -> Command:
    """Which pip, and which interpreter, a command line means; raises UsageError for other commands."""
    name = argv[0].rsplit("/", 1)[-1] if argv else ""
    if PIP_NAME.match(name):
        program = real or _program(host, argv[0], caller)
        chosen = read_pip_command(argv[1:]).python
        interpreter = _chosen(host, chosen, caller) if chosen else _interpreter_of(host, program, caller)
        return Command(tuple(argv), program, interpreter)
    if PYTHON_NAME.match(name):
        module = _module_index(argv)
        if module and argv[module - 1] == "pip":
            program = _program(host, argv[0], caller)
            return Command(("pip", *argv[module:]), program, program)
    raise UsageError("unknown-command", f"pyguard cannot judge {' '.join(argv[:3])!r}",
                     hint="it reads pip, pip3, pip3.N and python -m pip")


def _module_index(argv: Sequence[str]) -> int:
    """The index after `-m NAME`, `-mNAME` or `-Im NAME` in a Python command line; 0 where there is none."""
    for index, argument in enumerate(argv[1:], 1):
        if not argument.startswith("-") or argument in ("-", "-c"):
            return 0
        if argument.startswith("--"):
            continue
        if argument.endswith("m") and index + 1 < len(argv) and set(argument[1:-1]) <= set("bBdEhiIOPqRsSuvx"):
            return index + 2
    return 0


def _program(host: Host, name: str, caller: Caller) -> str:
    if "/" in name:
        return name if name.startswith("/") else f"{caller.cwd}/{name}"
    return find_program(host, name, caller.path, skip=tuple(caller.own_directories))


def _chosen(host: Host, chosen: str, caller: Caller) -> str:
    """`pip --python`: an interpreter, or an environment's directory (pip 22.3)."""
    path = chosen if chosen.startswith("/") else f"{caller.cwd}/{chosen}"
    if host.is_dir(path):
        return f"{path.rstrip('/')}/bin/python"
    if "/" not in chosen and not host.exists(path):
        return find_program(host, chosen, caller.path)
    return path


def _interpreter_of(host: Host, program: str, caller: Caller) -> str:
    """The interpreter a pip script runs on: its shebang, or what stands beside it."""
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


def is_free(host: Host, interpreter: Interpreter, argv: Sequence[str]) -> bool:
    """True when nothing about the command can concern the operating system or conda's base, whatever it installs."""
    if interpreter.is_protected or interpreter.kind is EnvironmentKind.CONDA_BASE:
        return False
    return not read_pip_command(argv[1:]).leaves_environment


def judge(host: Host, command: Command, caller: Caller, settings: Settings,
          interpreter: Optional[Interpreter] = None) -> Decision:
    """The whole chain at depth `declared`; the interpreter may be handed in when it is known already."""
    found = interpreter or inspect(host, command.interpreter, environment=caller.environ, uid=caller.uid)
    request = pip_frontend.parse(host, command.argv, environ=caller.environ, cwd=caller.cwd, uid=caller.uid,
                                 prefix=found.prefix)
    reached = _reached(found, request)
    facts = _facts(host, reached, caller, request)
    return decide(facts, request, declare(request, facts), settings)


def _reached(interpreter: Interpreter, request: Request) -> str:
    """Whose imports the destination concerns: `--target` can reach the system's from any environment."""
    destination = request.destination
    if not interpreter.is_protected and destination.scheme in (Scheme.TARGET, Scheme.PREFIX):
        path = destination.root.rstrip("/") + destination.path
        if path.startswith(OS_TREES) or (destination.scheme is Scheme.PREFIX and path.rstrip("/") in OS_PREFIXES):
            return SYSTEM_PYTHON
    return interpreter.path


def _facts(host: Host, interpreter: str, caller: Caller, request: Request) -> Facts:
    names = {wanted.name for wanted in request.wanted if wanted.name}
    imports = {name for wanted in request.wanted for name in wanted.import_names}
    imports |= {name.replace("-", "_") for name in names}
    facts = collect(host, interpreter, environment=caller.environ, uid=caller.uid, cwd=caller.cwd,
                    cache=caller.cache, wanted=names | imports, find_pip=find_pip)
    if caller.own_python:
        return replace(facts, tools=(*facts.tools, Tool("pyguard-pip", caller.own_python)))
    return facts
