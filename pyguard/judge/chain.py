"""A Command becomes a Decision: facts about its interpreter, its request, the plan, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from ..model.names import canonicalize_name
from ..model.plan import Basis, Plan, Target
from ..model.request import Action, Request
from ..model.settings import InstallPolicy, Settings
from ..plan.declared import declare
from ..plan.destination import locate
from ..plan.reach import reach, reaches
from .identify import SYSTEM_PYTHON, Caller, Command, describe_surroundings

if TYPE_CHECKING:
    from ..plan.resolved import Answer


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
    chosen = request.destination.interpreter
    path = found.path
    if chosen:    # PIP_PYTHON, or a line in pip.conf
        path = named_interpreter(host, chosen, describe_surroundings(host, caller, command.program))
    facts = _collect(host, path, caller, request, deep)
    target = locate(request, facts)
    if not facts.interpreter.is_protected and request.action is Action.INSTALL:
        system = _system_reached(host, target, caller)
        if system:
            facts = _collect(host, system.path, caller, request, deep)
            target = reach(target, facts)
    plan = declare(request, facts, target)
    if depth in (Basis.RESOLVED, Basis.REHEARSED) or _needs_resolution(settings, facts, plan):
        plan, facts = _resolve(host, plan, request, facts, caller, found.path, deep)
        if facts.interpreter.is_protected and depth is not Basis.DECLARED:
            from .deepen import deepen  # closures and all that goes with them: only who looks deeper pays

            plan = deepen(host, plan, request, facts, caller, depth, tried)
    return decide(facts, request, plan, settings, caller.extensions.contribute if caller.extensions else None)


def _needs_resolution(settings: Settings, facts: Facts, plan: Plan) -> bool:
    if not facts.interpreter.is_protected:
        return False
    user = plan.target.scheme == "user_site"
    return (settings.user_installs if user else settings.global_installs) is InstallPolicy.SHADOW_ONLY


def _resolve(host: Host, plan: Plan, request: Request, facts: Facts, caller: Caller, python: str,
             deep: bool) -> tuple[Plan, Facts]:
    """The resolved plan, and the facts about what it brings beyond the named distributions."""
    from ..plan.resolved import ask_pip, resolve

    def ask(argv: Sequence[str], environment: Mapping[str, str], directory: str) -> Answer:
        return ask_pip(argv, environment, directory, caller.uid)

    resolved = resolve(plan, request, facts, caller.environ, ask, python)
    if resolved.basis is Basis.RESOLVED and resolved.changes:
        from .deepen import look_into  # names mislead: what a wheel is imported as, its files say

        resolved = look_into(host, resolved, request, facts, caller)
    more = _names(resolved) - _names(plan)
    if not more:
        return resolved, facts
    wider = _collect(host, facts.interpreter.path, caller, request, deep, more)
    twins = {item.name: item for item in reversed(wider.distributions)}
    changes = tuple(
        replace(change, import_names=twins[canonicalize_name(change.name)].import_names, assumed_import_names=False)
        if change.assumed_import_names and change.name in twins else change for change in resolved.changes)
    return replace(resolved, changes=changes), wider


def _names(plan: Plan) -> set[str]:
    """Names of distributions, and what they are imported as."""
    return {name for change in plan.changes for name in (change.name, *change.import_names)}


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
