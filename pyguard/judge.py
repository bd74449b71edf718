"""A command on a host becomes a Decision: the one road that the shim, the hook and `explain` all take."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Optional

from .decide import decide
from .errors import ForeignUsageError, PyguardError, UsageError
from .facts.collect import collect
from .facts.interpreter import inspect
from .facts.pip_build import find_pip
from .facts.shell_environment import find_program, shell_environment
from .facts.sites import site_directories
from .host import Host
from .intake.frontends import pip as pip_frontend
from .intake.frontends.pip_command import read_command as read_pip_command
from .intake.frontends.pip_options import NEWEST, read_release
from .intake.frontends.python_command import read_module_run
from .intake.pip_config import Asker, configuration_files
from .model.decision import Decision
from .model.facts import EnvironmentKind, Facts, Interpreter, Tool
from .model.frozen import dataclass, replace
from .model.names import canonicalize_name
from .model.plan import Basis, Plan, Target
from .model.request import Action, Request
from .model.settings import InstallPolicy, Settings
from .plan.declared import declare
from .plan.destination import locate
from .plan.reach import reach, reaches

if TYPE_CHECKING:
    from .plan.resolved import Answer

PIP_NAME = re.compile(r"pip(\d+(\.\d+)?)?$")
PYTHON_NAME = re.compile(r"(python|pypy)(\d+(\.\d+)?)?t?$")
SYSTEM_PYTHON = "/usr/bin/python3"
OUTWARD_VARIABLES = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON")
OUTWARD_WORDS = (b"target", b"prefix", b"root", b"user", b"python")


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
        try:
            chosen = read_pip_command(argv[1:]).python
        except ForeignUsageError:    # what to make of it depends on the interpreter
            chosen = ""
        interpreter = _chosen(host, chosen, caller) if chosen else _interpreter_of(host, program, caller)
        return Command(tuple(argv), program, interpreter)
    run = read_module_run(argv)
    if run is not None and run.module == "pip":    # whatever the interpreter is called
        program = _program(host, argv[0], caller)
        return Command(("pip", *run.arguments), program, program)
    raise UsageError("unknown-command", f"pyguard cannot judge {' '.join(argv[:3])!r}",
                     hint="it reads pip, pip3, pip3.N and python -m pip")


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


def is_free(host: Host, interpreter: Interpreter, argv: Sequence[str], caller: Caller) -> bool:
    """True when nothing about the command can concern the operating system or conda's base.

    An environment of one's own, and no option, variable or pip.conf that leads out of it. An interpreter
    that the user cannot write to is none: pip turns to the user site by itself (20.0), which the system's
    Python of the same minor version imports from as well.
    """
    if interpreter.is_protected or interpreter.kind is EnvironmentKind.CONDA_BASE:
        return False
    try:
        leaves = read_pip_command(argv[1:]).leaves_environment
    except ForeignUsageError:
        return True    # pip's own error stands
    if leaves:
        return False
    if interpreter.kind is not EnvironmentKind.VENV and not (interpreter.writable or caller.uid == 0):
        return False
    if any(caller.environ.get(name) for name in OUTWARD_VARIABLES):
        return False
    asker = Asker(caller.environ, caller.cwd, caller.environ.get("HOME", ""), interpreter.prefix,
                  interpreter.kind is EnvironmentKind.VENV, False, ())
    return not any(_leads_outward(host, path) for path in configuration_files(host, asker))


def _leads_outward(host: Host, path: str) -> bool:
    """A word is enough: the whole configuration is read, slowly, only where one of these is in it."""
    try:
        text = host.read_bytes(path)
    except OSError:
        return False    # pip reads the file itself next, and says what is wrong with it
    return any(word in text for word in OUTWARD_WORDS)


def judge(host: Host, command: Command, caller: Caller, settings: Settings,
          interpreter: Optional[Interpreter] = None, deep: bool = False,
          depth: Basis = Basis.DECLARED) -> Decision:
    """The whole chain; the interpreter may be handed in when it is known already.

    `deep` also reads what is slow and only improves the advice (the archive's index). `depth` is the least;
    a policy that lets installs pass which touch nothing (`shadow-only`) needs the resolved plan.
    """
    found = interpreter or inspect(host, command.interpreter, environment=caller.environ, uid=caller.uid,
                                   cwd=caller.cwd)
    request = _read_request(host, command, caller, found)
    chosen = request.destination.interpreter
    path = _chosen(host, chosen, caller) if chosen else found.path    # PIP_PYTHON, or a line in pip.conf
    facts = _collect(host, path, caller, request, deep)
    target = locate(request, facts)
    if not facts.interpreter.is_protected and request.action is Action.INSTALL:
        system = _system_reached(host, target, caller)
        if system:
            facts = _collect(host, system.path, caller, request, deep)
            target = reach(target, facts)
    plan = declare(request, facts, target)
    if depth is Basis.RESOLVED or _needs_resolution(settings, facts, plan):
        plan, facts = _resolve(host, plan, request, facts, caller, found.path, deep)
    return decide(facts, request, plan, settings)


def _needs_resolution(settings: Settings, facts: Facts, plan: Plan) -> bool:
    if not facts.interpreter.is_protected:
        return False
    user = plan.target.scheme == "user_site"
    return (settings.user_installs if user else settings.global_installs) is InstallPolicy.SHADOW_ONLY


def _resolve(host: Host, plan: Plan, request: Request, facts: Facts, caller: Caller, python: str,
             deep: bool) -> tuple[Plan, Facts]:
    """The resolved plan, and the facts about what it brings beyond the named distributions."""
    from .plan.resolved import ask_pip, resolve

    def ask(argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        return ask_pip(argv, environment, directory, caller.uid)

    resolved = resolve(plan, request, facts, caller.environ, ask, python)
    more = {change.name for change in resolved.changes} - {change.name for change in plan.changes}
    if not more:
        return resolved, facts
    wider = _collect(host, facts.interpreter.path, caller, request, deep, more)
    twins = {item.name: item for item in reversed(wider.distributions)}
    changes = tuple(
        replace(change, import_names=twins[canonicalize_name(change.name)].import_names, assumed_import_names=False)
        if change.assumed_import_names and change.name in twins else change for change in resolved.changes)
    return replace(resolved, changes=changes), wider


def _system_reached(host: Host, target: Target, caller: Caller) -> Optional[Interpreter]:
    """The system's Python, where another one would write what it imports: `--target`, a shared user site."""
    system = inspect(host, SYSTEM_PYTHON, environment=caller.environ, uid=caller.uid, cwd=caller.cwd, probe=False)
    if not system.is_protected:
        return None
    sites = site_directories(host, system, environment=shell_environment(caller.environ), uid=caller.uid,
                             cwd=caller.cwd)
    return system if reaches(target, sites) else None


def _collect(host: Host, interpreter: str, caller: Caller, request: Request, deep: bool,
             more: Collection[str] = ()) -> Facts:
    names = {wanted.name for wanted in request.wanted if wanted.name}.union(more)
    imports = {name for wanted in request.wanted for name in wanted.import_names}
    facts = collect(host, interpreter, environment=caller.environ, uid=caller.uid, cwd=caller.cwd,
                    cache=caller.cache, wanted=names | imports, find_pip=find_pip, deep=deep)
    if caller.own_python:
        return replace(facts, tools=(*facts.tools, Tool("pyguard-pip", caller.own_python)))
    return facts


def _read_request(host: Host, command: Command, caller: Caller, interpreter: Interpreter) -> Request:
    """What pip makes of it. An option that makes no sense to a pip newer than the table may be a new one."""
    try:
        return pip_frontend.parse(host, command.argv, environ=caller.environ, cwd=caller.cwd, uid=caller.uid,
                                  prefix=interpreter.prefix)
    except ForeignUsageError as error:
        if _may_be_newer(host, interpreter, caller):
            raise PyguardError("facts-incomplete", f"{error.message}, or this pip is newer than pyguard knows",
                               error.context) from error
        raise


def _may_be_newer(host: Host, interpreter: Interpreter, caller: Caller) -> bool:
    shell = shell_environment(caller.environ)
    sites = site_directories(host, interpreter, environment=shell, uid=caller.uid, cwd=caller.cwd)
    pip = find_pip(host, interpreter, sites, lambda path: None)
    return pip is not None and read_release(pip.version)[:2] > NEWEST[:2]
