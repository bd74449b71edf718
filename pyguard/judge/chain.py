"""A Command becomes a Decision: facts about its interpreter, its request, the plan, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Optional

from ..decide import decide
from ..errors import ForeignUsageError, PyguardError
from ..facts.collect import collect
from ..facts.interpreter import inspect
from ..facts.pip_build import find_pip
from ..facts.shell_environment import shell_environment
from ..facts.sites import site_directories
from ..host import Host
from ..intake.frontends.around import named_interpreter
from ..intake.frontends.pip_options import NEWEST, read_release
from ..model.decision import Decision
from ..model.facts import Facts, Interpreter, Tool
from ..model.frozen import replace
from ..model.plan import Basis, Plan, Target
from ..model.request import Action, Request
from ..model.settings import InstallPolicy, Settings
from ..plan.declared import declare
from ..plan.destination import locate
from ..plan.reach import reach, reaches
from .identify import SYSTEM_PYTHON, Caller, Command, describe_surroundings

if TYPE_CHECKING:
    pass


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
    facts, target = _survey(host, command, caller, found.path, request, deep)
    declared = declare(request, facts, target)

    def conclude(facts: Facts, plan: Plan) -> Decision:
        return decide(facts, request, plan, settings, caller.extensions.contribute if caller.extensions else None)

    if depth is Basis.DECLARED and not _needs_resolution(settings, facts, declared):
        return conclude(facts, declared)
    from .as_nobody import configuration_for_nobody
    from .pip_to_ask import pip_to_ask
    from .resolution import Resolution  # a pip to ask, wheels to read: only who looks deeper pays

    def widen(more: Collection[str]) -> Facts:
        return _collect(host, facts.interpreter.path, caller, request, deep, more)

    pip = pip_to_ask(host, command, caller, found.path, request)
    resolution = Resolution(host, request, facts, caller, pip, widen, conclude,
                            configuration_for_nobody(host, request, caller, found))
    if depth is Basis.DECLARED:
        return resolution.decide(declared)
    return resolution.decide_with_evidence(declared, depth, tried)


def _survey(host: Host, command: Command, caller: Caller, python: str, request: Request,
            deep: bool) -> tuple[Facts, Target]:
    """The interpreter that would be written for, with the facts about it, and where."""
    path = python
    if request.destination.interpreter:    # PIP_PYTHON, or a line in pip.conf
        path = named_interpreter(host, request.destination.interpreter,
                                 describe_surroundings(host, caller, command.program))
    facts = _collect(host, path, caller, request, deep)
    target = locate(request, facts)
    if not facts.interpreter.is_protected and request.action is Action.INSTALL:
        system = _system_reached(host, target, caller)
        if system:
            facts = _collect(host, system.path, caller, request, deep)
            target = reach(target, facts)
    return facts, target


def _needs_resolution(settings: Settings, facts: Facts, plan: Plan) -> bool:
    if not facts.interpreter.is_protected:
        return False
    user = plan.target.scheme == "user_site"
    return (settings.user_installs if user else settings.global_installs) is InstallPolicy.SHADOW_ONLY


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
                    cache=caller.cache, wanted=names | imports, find_pip=find_pip, deep=deep,
                    more=caller.extensions)
    if caller.own_python:
        return replace(facts, tools=(*facts.tools, Tool("pyguard-pip", caller.own_python)))
    return facts


def _read_request(host: Host, command: Command, caller: Caller, interpreter: Interpreter) -> Request:
    """What the tool makes of it. An option that makes no sense to a pip newer than the table may be a new one."""
    around = describe_surroundings(host, caller, command.program)
    try:
        return command.frontend.parse_request(host, command.argv, around, interpreter)
    except ForeignUsageError as error:
        if command.frontend.NAME == "pip" and _may_be_newer(host, interpreter, caller):
            raise PyguardError("facts-incomplete", f"{error.message}, or this pip is newer than pyguard knows",
                               error.context) from error
        raise


def _may_be_newer(host: Host, interpreter: Interpreter, caller: Caller) -> bool:
    shell = shell_environment(caller.environ)
    sites = site_directories(host, interpreter, environment=shell, uid=caller.uid, cwd=caller.cwd)
    pip = find_pip(host, interpreter, sites, lambda path: None)
    return pip is not None and read_release(pip.version)[:2] > NEWEST[:2]
