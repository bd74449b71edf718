"""Names that a change takes from others: the standard library's, commands, pip's; and what leaves an environment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyguard.impact import assess
from pyguard.model.facts import (
    Bound,
    EnvironmentKind,
    Facts,
    Owner,
    OwnerKind,
    PipBuild,
    ShellEnvironment,
    SiteDirectory,
)
from pyguard.model.impact import (
    CommandShadow,
    CondaBaseMutation,
    Effect,
    PipReplaced,
    StdlibShadow,
    UserSiteLeak,
)
from pyguard.model.plan import Basis, Change, Plan, Target
from pyguard.model.request import Action
from tests.builders import LOCAL_SITE, USER_SITE, a_request, a_requester, an_interpreter, some_facts

LOCAL = Target(LOCAL_SITE, LOCAL_SITE, "/usr/local/bin", "posix_local", rank=1)
OPT = Target("/opt/libs", "/opt/libs", "/opt/libs/bin", "target", rank=0)
USER = Target(USER_SITE, USER_SITE, "/home/alice/.local/bin", "user_site", rank=0)


def effects(facts: Facts, change: Change, target: Target = LOCAL, kind: type = object,
            basis: Basis = Basis.DECLARED, action: Action = Action.INSTALL) -> list[Effect]:
    found = assess(facts, a_request(action=action), Plan(basis, target, (change,)))
    return [effect for effect in found.effects if isinstance(effect, kind)]


def with_pythonpath(scheme: str = "pythonpath") -> Facts:
    facts = some_facts(stdlib_modules=("enum", "re"))
    return replace(facts, sites=(SiteDirectory("/opt/libs", OwnerKind.LOCAL, scheme, 0), *facts.sites))


def test_only_what_comes_first_shadows_the_standard_library() -> None:
    enum34 = Change("enum34", "1.1.10", "/opt/libs", import_names=("enum",))
    (found,) = effects(with_pythonpath(), enum34, OPT, StdlibShadow)
    assert isinstance(found, StdlibShadow) and (found.module, found.site) == ("enum", "/opt/libs")
    assert effects(with_pythonpath("pth"), enum34, OPT, StdlibShadow) == []
    assert effects(with_pythonpath(), enum34, LOCAL, StdlibShadow) == []
    assert effects(with_pythonpath(), replace(enum34, import_names=("numpy",)), OPT, StdlibShadow) == []
    platlib = replace(OPT, purelib="/elsewhere")
    assert len(effects(with_pythonpath(), enum34, platlib, StdlibShadow)) == 1


def with_certbot(path: tuple[str, ...] = ()) -> Facts:
    return some_facts(requesters=(
        a_requester("certbot", Bound("python3"), commands=("/usr/bin/certbot", "certbot.service", "/opt/x/certbot")),),
        environment=ShellEnvironment("/home/alice", path))


CERTBOT = Change("certbot", "2.9", LOCAL_SITE, import_names=("certbot",))


def test_a_command_before_the_operating_systems() -> None:
    (found,) = effects(with_certbot(), CERTBOT, kind=CommandShadow)
    assert isinstance(found, CommandShadow) and found.assumed
    assert (found.command, found.shadowed) == ("/usr/local/bin/certbot", "/usr/bin/certbot")
    assert found.owner == Owner(OwnerKind.OS, "certbot", "1.0-1")


@pytest.mark.parametrize(("path", "target", "count"), [
    (("/usr/local/bin", "/usr/bin"), LOCAL, 1),
    (("/usr/bin", "/usr/local/bin"), LOCAL, 0),
    (("/home/alice/.local/bin", "/usr/bin"), USER, 1),
    (("/usr/bin",), USER, 0),
    (("/usr/bin",), LOCAL, 1),           # root's cron jobs have the usual PATH
    (("/usr/local/bin",), LOCAL, 0)])
def test_path_decides(path: tuple[str, ...], target: Target, count: int) -> None:
    assert len(effects(with_certbot(path), CERTBOT, target, CommandShadow)) == count


def test_a_command_in_the_operating_systems_own_place_is_written_over_not_shadowed() -> None:
    usr = replace(LOCAL, scripts="/usr/bin")
    assert effects(with_certbot(), CERTBOT, usr, CommandShadow) == []


def test_known_commands_count_instead_of_the_name() -> None:
    assert effects(with_certbot(), replace(CERTBOT, commands=("certbot2",)), kind=CommandShadow) == []
    (found,) = effects(with_certbot(), Change("x", "1", LOCAL_SITE, commands=("certbot",)), kind=CommandShadow)
    assert isinstance(found, CommandShadow) and not found.assumed
    assert effects(with_certbot(), CERTBOT, kind=CommandShadow, basis=Basis.OBSERVED) == []


def test_scripts_and_foreign_programs_are_no_os_commands() -> None:
    facts = with_certbot()
    foreign = replace(facts.requesters[0], owner=Owner(OwnerKind.LOCAL, "certbot"))
    assert effects(replace(facts, requesters=(foreign,)), CERTBOT, kind=CommandShadow) == []
    assert effects(replace(facts, requesters=(replace(facts.requesters[0], owner=None),)), CERTBOT,
                   kind=CommandShadow) == []


PIP = Change("pip", "26.1", LOCAL_SITE, import_names=("pip",))


def test_pip_replaced() -> None:
    own = PipBuild("/usr/lib/python3/dist-packages/pip", "23.0.1", Owner(OwnerKind.OS, "python3-pip", "1"), True)
    (found,) = effects(some_facts(pip=own), PIP, kind=PipReplaced)
    assert isinstance(found, PipReplaced) and found.present == own
    assert effects(some_facts(pip=own), replace(PIP, name="pip-tools"), kind=PipReplaced) == []
    assert effects(some_facts(pip=own), replace(PIP, version=None), kind=PipReplaced, action=Action.UNINSTALL) == []
    for other in (replace(own, owner=None), replace(own, owner=Owner(OwnerKind.LOCAL))):
        assert effects(some_facts(pip=other), PIP, kind=PipReplaced) == []
    (unknown,) = effects(some_facts(pip=None), PIP, kind=PipReplaced)    # an image that only a file describes
    assert isinstance(unknown, PipReplaced) and unknown.present is None


def conda(kind: EnvironmentKind) -> Facts:
    return some_facts(interpreter=an_interpreter(kind=kind, prefix="/opt/conda", runs_os_tools=False))


@pytest.mark.parametrize("kind", [EnvironmentKind.CONDA, EnvironmentKind.CONDA_BASE, EnvironmentKind.PIXI])
def test_the_user_site_of_a_conda_environment_leaks(kind: EnvironmentKind) -> None:
    (found,) = effects(conda(kind), CERTBOT, USER)
    assert found == UserSiteLeak(conda(kind).interpreter.path, USER_SITE, "PYTHONNOUSERSITE", (CERTBOT,))
    assert effects(conda(kind), CERTBOT, USER, action=Action.UNINSTALL) == []


def test_conda_base() -> None:
    here = replace(LOCAL, scheme="conda")
    for action in (Action.INSTALL, Action.UNINSTALL):
        (found,) = effects(conda(EnvironmentKind.CONDA_BASE), CERTBOT, here, action=action)
        assert found == CondaBaseMutation("/opt/conda", (CERTBOT,))
    assert effects(conda(EnvironmentKind.CONDA), CERTBOT, here) == []
    assert effects(conda(EnvironmentKind.CONDA_BASE), CERTBOT, replace(here, on_path=False)) == []
