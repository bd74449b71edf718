"""A Command becomes a Decision: facts about its interpreter, its request, the plan, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Optional

from ..decide import Readdress, decide
from ..errors import ForeignUsageError, PyguardError
from ..facts.collect import OwnerOf, collect
from ..facts.interpreter import inspect
from ..facts.pip_build import find_pip
from ..facts.shell_environment import shell_environment
from ..facts.sites import site_directories
from ..host import Host
from ..installation import own_pip
from ..intake.frontends.around import named_interpreter
from ..intake.frontends.pip_options import NEWEST, STARTED_ANEW, Release, read_release
from ..intake.pip_config import read_boolean
from ..model.decision import Decision
from ..model.facts import Facts, Interpreter, PipBuild, SiteDirectory, Tool
from ..model.frozen import replace
from ..model.plan import Basis, Plan, Target
from ..model.request import Action, Request, Scheme
from ..model.settings import InstallPolicy, Settings
from ..plan.declared import declare
from ..plan.destination import locate, refused_by_pip
from ..plan.reach import reach, reaches
from .identify import SYSTEM_PYTHON, Caller, Command, describe_surroundings
from .links import follow_links

ELSEWHERE_SINCE: Release = (22, 3)    # pip's --python, PIP_PYTHON
DRY_RUN_SINCE: Release = (22, 2)


def judge(host: Host, command: Command, caller: Caller, settings: Settings,
          interpreter: Optional[Interpreter] = None, deep: bool = False,
          depth: Basis = Basis.DECLARED, tried: Collection[str] = ()) -> Decision:
    """The whole chain; the interpreter may be handed in when it is known already.

    `deep` also reads what is slow and only improves the advice (the archive's index). `depth` is the least;
    a policy that lets installs pass which touch nothing (`shadow-only`) needs the resolved plan.
    `tried`: the requesters that a rehearsal is about; none means all that the plan concerns.
    """
    found = interpreter or inspect(host, command.interpreter, environment=caller.environ, uid=caller.uid,
                                   cwd=caller.cwd)
    request = _read_request(host, command, caller, found)
    facts, target, base = _survey(host, command, caller, found.path, request, deep)
    declared = declare(request, facts, target)

    def conclude(facts: Facts, plan: Plan) -> Decision:
        return decide(facts, request, plan, settings, caller.extensions.contribute if caller.extensions else None,
                      readdress=_readdress(host, command, caller.behalf, found, deep) if caller.behalf else None)

    if depth is Basis.DECLARED and not _needs_resolution(settings, facts, declared):
        return conclude(facts, declared)
    from .as_nobody import configuration_for_nobody
    from .pip_to_ask import pip_to_ask
    from .resolution import Resolution  # a pip to ask, wheels to read: only who looks deeper pays

    def widen(more: Collection[str], programs: Collection[str]) -> Facts:
        return _collect(host, facts.interpreter.path, caller, request, deep, base, more, programs)

    pip = pip_to_ask(host, command, caller, found.path, request)
    resolution = Resolution(host, request, facts, caller, pip, widen, conclude,
                            configuration_for_nobody(host, request, caller, found))
    if depth is Basis.DECLARED:
        return resolution.decide(declared)
    return resolution.decide_with_evidence(declared, depth, tried)


def _survey(host: Host, command: Command, caller: Caller, python: str, request: Request,
            deep: bool) -> tuple[Facts, Target, str]:
    """The interpreter that would be written for, with the facts about it, and where; whose user base, if another's."""
    path = python
    if request.destination.interpreter and STARTED_ANEW not in caller.environ:    # PIP_PYTHON, or a line in pip.conf
        path = named_interpreter(host, request.destination.interpreter,
                                 describe_surroundings(host, caller, command.program))
        if not path or not host.exists(path):
            raise ForeignUsageError("no-interpreter", f"pip finds no Python at {request.destination.interpreter}")
    facts = _collect(host, path, caller, request, deep)
    target = follow_links(host, locate(request, facts), facts.sites)
    reached = _reached(host, facts, target, request, caller) if request.action is Action.INSTALL else None
    if reached is None:
        return facts, target, ""
    system, base = reached
    facts = _collect(host, system.path, caller, request, deep, base)
    return facts, reach(follow_links(host, target, facts.sites), facts), base


def _readdress(host: Host, command: Command, other: Caller, interpreter: Interpreter, deep: bool) -> Readdress:
    """For whom sudo was typed: the programs, the environments, the home and pip's configuration are that user's."""
    def readdress(facts: Facts, request: Request) -> tuple[Facts, Request]:
        from ..facts.collect import advise

        wanted = {wanted.name for wanted in request.wanted if wanted.name}
        advised = advise(host, facts, environment=other.environ, uid=other.uid, wanted=wanted, deep=deep)
        try:
            request = _read_request(host, command, other, interpreter)
        except PyguardError:
            request = replace(request, uid=other.uid)    # what only root can read
        return _with_own_pip(advised, other), request

    return readdress


def _needs_resolution(settings: Settings, facts: Facts, plan: Plan) -> bool:
    if not facts.interpreter.is_protected:
        return False
    user = plan.target.scheme == "user_site"
    return (settings.user_installs if user else settings.global_installs) is InstallPolicy.SHADOW_ONLY


def _reached(host: Host, facts: Facts, target: Target, request: Request,
             caller: Caller) -> Optional[tuple[Interpreter, str]]:
    """The system's Python, where something else is written that it imports, and the user base that this is in.

    Another interpreter's pip writes to a user site that both share, or, like the system's own, to a `--target`.
    """
    system, sites = facts.interpreter, facts.sites
    if not system.is_protected:
        if refused_by_pip(request, facts):
            return None    # --user in an environment that sees no user site: pip's own error stands
        system = inspect(host, SYSTEM_PYTHON, environment=caller.environ, uid=caller.uid, cwd=caller.cwd, probe=False)
        sites = site_directories(host, system, environment=shell_environment(caller.environ), uid=caller.uid,
                                 cwd=caller.cwd)
    if not system.is_protected:
        return None
    if reaches(follow_links(host, target, sites), sites):
        return None if system is facts.interpreter else (system, "")
    if request.destination.scheme in (Scheme.TARGET, Scheme.PREFIX) or request.destination.root:
        from .user_bases import base_reached

        base = base_reached(host, target, caller, system)
        return (system, base) if base else None
    return None


def _collect(host: Host, interpreter: str, caller: Caller, request: Request, deep: bool, base: str = "",
             more: Collection[str] = (), programs: Collection[str] = ()) -> Facts:
    """`base`: the user base of whoever will import what is written; everything else is the caller's."""
    names = {wanted.name for wanted in request.wanted if wanted.name}.union(more)
    imports = {name for wanted in request.wanted for name in wanted.import_names}
    own = shell_environment(caller.environ)

    def find_callers_pip(host: Host, python: Interpreter, sites: Sequence[SiteDirectory],
                         owner_of: OwnerOf) -> Optional[PipBuild]:
        if base:
            sites = site_directories(host, python, environment=own, uid=caller.uid, cwd=caller.cwd)
        return find_pip(host, python, sites, owner_of)

    environ = {**caller.environ, **({"PYTHONUSERBASE": base, "PYTHONNOUSERSITE": ""} if base else {})}
    facts = collect(host, interpreter, environment=environ, uid=caller.uid, cwd=caller.cwd,
                    cache=caller.cache, wanted=names | imports, find_pip=find_callers_pip, deep=deep,
                    more=caller.extensions, programs=programs)
    facts = replace(facts, environment=replace(facts.environment, variables=own.variables))
    return _with_own_pip(facts, caller)


def _with_own_pip(facts: Facts, caller: Caller) -> Facts:
    if caller.own_python and read_release(own_pip()) >= ELSEWHERE_SINCE:
        return replace(facts, tools=(*facts.tools, Tool("pyguard-pip", caller.own_python)))
    return facts


def _read_request(host: Host, command: Command, caller: Caller, interpreter: Interpreter) -> Request:
    """What the tool makes of it. An option that makes no sense to a pip newer than the table may be a new one."""
    if command.harmless:
        return Request(command.frontend.NAME, command.argv, Action.NONE, uid=caller.uid, cwd=caller.cwd,
                       called=command.called)
    around = describe_surroundings(host, caller, command.program)
    try:
        request = command.frontend.parse_request(host, command.argv, around, interpreter)
    except ForeignUsageError as error:
        if command.frontend.NAME == "pip" and _release_of(host, interpreter, caller)[:2] > NEWEST[:2]:
            raise PyguardError("facts-incomplete", f"{error.message}, or this pip is newer than pyguard knows",
                               error.context) from error
        raise
    if command.called:
        request = replace(request, called=command.called)
    if _is_rehearsed_by_pip(host, command, request, interpreter, caller):
        return replace(request, action=Action.NONE, dry_run=True, wanted=(), unread=(), gaps=())
    if request.destination.interpreter and _stays(host, request, interpreter, caller):
        return replace(request, destination=replace(request.destination, interpreter=""))
    return request


def _stays(host: Host, request: Request, interpreter: Interpreter, caller: Caller) -> bool:
    """PIP_PYTHON, or pip.conf, sends pip to another Python, but this pip is too old to know of that.

    Where it cannot be told, a protected interpreter is taken to be meant.
    """
    named = request.destination.interpreter
    if not any(setting.name == "python" and setting.value == named for setting in request.settings):
        return False    # by an option, which such a pip refuses
    release = _release_of(host, interpreter, caller)
    return release < ELSEWHERE_SINCE if release else interpreter.is_protected


def _is_rehearsed_by_pip(host: Host, command: Command, request: Request, interpreter: Interpreter,
                         caller: Caller) -> bool:
    """PIP_DRY_RUN, or `dry-run` in pip.conf, where this pip knows of it; one that is run from a wheel may be any."""
    if request.frontend != "pip" or request.action is not Action.INSTALL:
        return False
    said = next((setting for setting in reversed(request.settings) if setting.name == "dry-run"), None)
    if said is None or not read_boolean(said) or any(".whl/" in word for word in (command.program, *command.called)):
        return False
    return _release_of(host, interpreter, caller) >= DRY_RUN_SINCE


def _release_of(host: Host, interpreter: Interpreter, caller: Caller) -> Release:
    """That of the pip in an interpreter; an empty one where it cannot be told."""
    shell = shell_environment(caller.environ)
    sites = site_directories(host, interpreter, environment=shell, uid=caller.uid, cwd=caller.cwd)
    pip = find_pip(host, interpreter, sites, lambda path: None)
    return read_release(pip.version) if pip else ()
