"""What the engine says of an install that a file holds. Alike ones, wherever they stand, are judged once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..decide import decide
from ..host import Host
from ..intake.circumstances import Active, FoundCommand
from ..intake.frontends.pip_command import last
from ..model.decision import Decision
from ..model.frozen import replace
from ..model.impact import Impact, ProtectedInstall
from ..model.plan import Basis
from ..model.request import Action, Location, Request
from ..model.settings import ContainerPolicy, Settings
from ..model.verdict import Finding, Level
from ..plan.declared import declare
from ..policy.evaluate import evaluate
from .installers import Install
from .profiles import Profile, system_facts
from .requests import pip_request, plain_request, read_pip

PIP_LIKE = frozenset(("pip", "uv", "get-pip", "ensurepip"))
NOWHERE = Location("")
KEPT = 1024    # judgements: the installs of a repository are many, and few of them differ
Variables = tuple[tuple[str, str], ...]


def judge(found: FoundCommand, install: Install, uid: int, profile: Profile, settings: Settings,
          repository: Host) -> tuple[Finding, ...]:
    """The findings that are not allowed. Raises ForeignUsageError for what pip itself would refuse."""
    variables = found.circumstances.variables
    if install.frontend in PIP_LIKE and last(read_pip(install.arguments).given, "requirements") is not None:
        request = request_of(found, install, uid, repository)
        return _judged(request, tuple(found.circumstances.environ().items()), uid, profile, settings)
    return _by_words(install.frontend, install.arguments, install.known_names, variables, uid, profile, settings)


def request_of(found: FoundCommand, install: Install, uid: int, repository: Host) -> Request:
    """The Request, with what those requirements files say that the repository has."""
    environ = found.circumstances.environ()
    if install.frontend in PIP_LIKE:
        return pip_request(install, read_pip(install.arguments), environ, uid, found.location, repository, found.files)
    return _plain(install, environ, uid, found.location)


def _plain(install: Install, environ: Mapping[str, str], uid: int, location: Location) -> Request:
    names = tuple(word for word in install.arguments if not word.startswith("-") and word != "install")
    return plain_request(install, names, environ, uid, location)


@lru_cache(maxsize=KEPT)
def _by_words(frontend: str, arguments: tuple[str, ...], known_names: tuple[str, ...], variables: Variables,
              uid: int, profile: Profile, settings: Settings) -> tuple[Finding, ...]:
    """No file has a say here: the words, the variables and the host decide."""
    install, environ = Install(frontend, arguments, Active(), False, known_names), dict(reversed(variables))
    request = (pip_request(install, read_pip(arguments), environ, uid, NOWHERE, Host())
               if frontend in PIP_LIKE else _plain(install, environ, uid, NOWHERE))
    return _judged(request, tuple(environ.items()), uid, profile, settings)


def _judged(request: Request, variables: Variables, uid: int, profile: Profile,
            settings: Settings) -> tuple[Finding, ...]:
    facts = system_facts(profile, uid == 0, variables)
    decision = decide(facts, request, declare(request, facts), settings, with_remedies=False)
    return tuple(_telling(decision.verdict.findings) or _removals(decision, settings))


def _telling(findings: Sequence[Finding]) -> list[Finding]:
    """What is not allowed; the plain `protected-interpreter-install` only where nothing more special is said."""
    loud = [finding for finding in findings if finding.level > Level.ALLOW]
    special = [finding for finding in loud if finding.rule != "protected-interpreter-install"]
    return special or loud


def _removals(decision: Decision, settings: Settings) -> list[Finding]:
    """`pip uninstall` from a protected interpreter whose distributions are not known: whose they are is not, either."""
    if decision.request.action is not Action.UNINSTALL or decision.facts.distributions:
        return []
    effect = ProtectedInstall(decision.facts.interpreter.path, decision.plan.target.purelib,
                              decision.plan.target.scheme, decision.plan.changes)
    strict = replace(settings, containers=ContainerPolicy.REFUSE)    # nothing tells what would conflict
    return _telling(evaluate(decision.facts, Impact((effect,)), strict, Basis.DECLARED).findings)
