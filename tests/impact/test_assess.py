"""What a plan does to what the operating system's tools use, on small worlds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyguard.impact import assess
from pyguard.model.facts import Bound, Distribution, EnvironmentKind, Facts, Gap, OwnerKind, PipBuild
from pyguard.model.impact import (
    BrokenBound,
    BrokenRequirement,
    GuardBypass,
    Impact,
    Overwrite,
    ProtectedInstall,
    Removal,
    Shadow,
)
from pyguard.model.plan import Basis, Change, Effectiveness, Plan, Target
from pyguard.model.request import Action, Destination, Request, Scheme, Setting
from tests.builders import (
    LOCAL_SITE,
    OS_SITE,
    USER_SITE,
    a_distribution,
    a_request,
    a_requester,
    a_wanted,
    an_interpreter,
    some_facts,
)


def a_target(site: str = USER_SITE, rank: int = 0, scheme: str = "user_site") -> Target:
    return Target(site, site, f"{site}/bin", scheme, on_path=True, rank=rank)


def a_change(name: str = "cryptography", version: object = "42.0", **fields: object) -> Change:
    defaults = {"import_names": (name,), "site": USER_SITE}
    return Change(name, version, **{**defaults, **fields})    # type: ignore[arg-type]


def impact_of(change: Change, facts: object = None, request: object = None, target: object = None) -> Impact:
    return assess(facts or some_facts(), request or a_request(),    # type: ignore[arg-type]
                  Plan(Basis.DECLARED, target or a_target(), (change,)))    # type: ignore[arg-type]


def kinds(impact: Impact) -> list[str]:
    return [type(effect).__name__ for effect in impact.effects]


def test_a_newer_copy_in_the_user_site_shadows_and_breaks_the_bound() -> None:
    impact = impact_of(a_change())
    assert kinds(impact) == ["Shadow", "BrokenBound", "ProtectedInstall"]
    shadow, broken = impact.effects[0], impact.effects[1]
    assert isinstance(shadow, Shadow) and isinstance(broken, BrokenBound)
    assert shadow.requesters == ("cloud-init", "certbot", "duplicity")    # the core one first
    assert str(broken.bound) == "python3-cryptography (<< 40)"
    assert broken.tools == ("cloud-init", "certbot", "duplicity")


def test_a_version_within_the_bound_only_shadows() -> None:
    assert kinds(impact_of(a_change(version="39.0"))) == ["Shadow", "ProtectedInstall"]


def test_a_bound_that_does_not_hold_today_is_nobodys_doing_now() -> None:
    facts = some_facts(distributions=(a_distribution(version="41.0", package_version="41.0-1"),))
    assert kinds(impact_of(a_change(), facts)) == ["Shadow", "ProtectedInstall"]


def test_an_open_version_breaks_a_bound_only_when_every_version_would() -> None:
    assert "BrokenBound" in kinds(impact_of(a_change(version="", specifier=">=42")))
    assert "BrokenBound" not in kinds(impact_of(a_change(version="", specifier="")))


def test_a_module_is_shadowed_without_a_distribution_of_that_name() -> None:
    attrs = a_distribution("attrs", "22.2.0", "python3-attr", import_names=("attr", "attrs"))
    facts = some_facts(distributions=(attrs,))
    (shadow, install) = impact_of(a_change("attr", "0.3.2"), facts).effects
    assert isinstance(shadow, Shadow) and shadow.import_names == ("attr",)
    assert isinstance(install, ProtectedInstall)


def test_behind_the_operating_systems_copy_nothing_is_shadowed() -> None:
    late = a_target("/late", 9, "pythonpath")
    facts = some_facts(pip=PipBuild(OS_SITE + "/pip", "23.0.1", patched=True))
    assert kinds(impact_of(a_change(), facts, target=late)) == ["ProtectedInstall"]
    assert kinds(impact_of(a_change(), target=late)) == ["Removal", "ProtectedInstall"]    # upstream's pip


def test_into_the_same_directory_is_an_overwrite() -> None:
    impact = impact_of(a_change(), target=a_target(OS_SITE, 2, "target"))
    assert kinds(impact)[:2] == ["Overwrite", "Shadow"]
    assert isinstance(impact.effects[0], Overwrite) and impact.effects[0].owner.name == "python3-cryptography"


def test_another_users_copy_is_not_the_operating_systems() -> None:
    mine = Distribution(a_distribution().name, "1.0", LOCAL_SITE, import_names=("cryptography",))
    assert kinds(impact_of(a_change(), some_facts(distributions=(mine,)))) == ["ProtectedInstall"]


def test_a_requires_dist_that_would_not_hold_any_more() -> None:
    openssl = a_distribution("pyopenssl", "23.0.0", "python3-openssl", requires=("cryptography (<40,>=38)",))
    facts = some_facts(distributions=(a_distribution(), openssl), requesters=())
    broken = [effect for effect in impact_of(a_change(), facts).effects if isinstance(effect, BrokenRequirement)]
    assert [effect.distribution.name for effect in broken] == ["pyopenssl"]


def test_an_uninstall_of_the_operating_systems_copy_is_a_removal() -> None:
    request = a_request(action=Action.UNINSTALL)
    (removal,) = impact_of(Change("cryptography", None, OS_SITE), request=request).effects
    assert isinstance(removal, Removal) and "certbot" in removal.requesters


def test_an_uninstall_of_ones_own_copy_is_none() -> None:
    request = a_request(action=Action.UNINSTALL)
    assert impact_of(Change("cryptography", None, USER_SITE), request=request).effects == ()


def test_outside_sys_path_nothing_happens() -> None:
    request = a_request(destination=Destination(Scheme.TARGET, "/opt/app", asked_by="--target"))
    assert impact_of(a_change(), request=request, target=replace(a_target("/opt/app"), on_path=False)).effects == ()


def test_a_user_site_that_is_switched_off_for_now_still_counts() -> None:
    assert "ProtectedInstall" in kinds(impact_of(a_change(), target=replace(a_target(), on_path=False, rank=None)))


def test_the_package_managers_directories_count_even_off_sys_path() -> None:
    off = Target("/usr/lib/python3.11/site-packages", "/usr/lib/python3.11/site-packages", "/usr/bin", "prefix", False)
    assert "ProtectedInstall" in kinds(impact_of(a_change(), target=off))


def test_an_environment_of_ones_own_is_not_protected() -> None:
    facts = some_facts(interpreter=an_interpreter(kind=an_interpreter().kind.VENV, runs_os_tools=False))
    assert impact_of(a_change(), facts).effects == ()


def bypasses(request: Request, facts: object = None) -> list[str]:
    impact = impact_of(a_change(), facts, request)
    return [f"{effect.how} by {effect.where}" for effect in impact.effects if isinstance(effect, GuardBypass)]


def test_each_way_around_externally_managed() -> None:
    setting = Setting("PIP_BREAK_SYSTEM_PACKAGES", "1", "PIP_BREAK_SYSTEM_PACKAGES")
    assert bypasses(a_request(break_system_packages=setting)) == [
        "--break-system-packages by PIP_BREAK_SYSTEM_PACKAGES"]
    prefix = Destination(Scheme.PREFIX, "/usr", asked_by="/etc/pip.conf:2")
    assert bypasses(a_request(destination=prefix)) == ["--prefix by /etc/pip.conf:2"]
    assert bypasses(a_request(destination=Destination(root="/", asked_by="--root"))) == ["--root by --root"]
    assert bypasses(a_request()) == []
    unmarked = some_facts(interpreter=an_interpreter(externally_managed=None))
    assert bypasses(a_request(break_system_packages=setting), unmarked) == []


def test_several_packages_behind_one_bound_are_each_named() -> None:
    base = some_facts()
    more = replace(base.requesters[0], name="python3-other", needs=(Bound("python3-cryptography", "=", "38.0.4-3"),))
    facts: Facts = replace(base, requesters=(*base.requesters, more))
    broken = [effect for effect in impact_of(a_change(), facts).effects if isinstance(effect, BrokenBound)]
    assert [effect.requester.name for effect in broken] == ["python3-openssl", "python3-other"]


def test_owner_kinds_that_do_not_count() -> None:
    loose = replace(a_distribution(), owner=replace(a_distribution().owner, kind=OwnerKind.NOBODY))    # type: ignore[type-var]
    assert kinds(impact_of(a_change(), some_facts(distributions=(loose,)))) == ["ProtectedInstall"]


def test_a_wanted_without_a_version_stays_open() -> None:
    assert a_wanted("cryptography").version == ""


def test_effects_whole() -> None:
    """Every field: who loses what to whom, who stands on it, what pip does with it and why."""
    local = Target(LOCAL_SITE, LOCAL_SITE, "/usr/local/bin", "posix_local", on_path=True, rank=1)
    change, loser = a_change(site=LOCAL_SITE), a_distribution()
    because = "its egg-info names its files"
    tools = ("cloud-init", "certbot", "duplicity")
    removal, shadow, bound, install = impact_of(change, target=local).effects
    assert removal == Removal(loser, change, tools, Effectiveness.REPLACES, because)
    assert shadow == Shadow(change, loser, ("cryptography",), tools, Effectiveness.REPLACES, because)
    openssl = some_facts().requesters[0]
    assert bound == BrokenBound(openssl, openssl.needs[0], change, loser, tools)
    assert install == ProtectedInstall("/usr/bin/python3", LOCAL_SITE, "posix_local", (change,))


def test_an_uninstall_whole() -> None:
    change = Change("cryptography", None, OS_SITE)
    (removal,) = impact_of(change, request=a_request(action=Action.UNINSTALL)).effects
    assert removal == Removal(a_distribution(), change, ("cloud-init", "certbot", "duplicity"),
                              Effectiveness.REPLACES, "its egg-info names its files")


def test_an_overwrite_whole() -> None:
    change = a_change()
    overwrite = impact_of(change, target=a_target(OS_SITE, 2, "target")).effects[0]
    owner = a_distribution().owner
    assert owner is not None and overwrite == Overwrite(OS_SITE, owner, change)


def test_gaps_of_the_machine_come_before_those_of_the_plan() -> None:
    machine, plan = Gap("/var/lib/dpkg/status", "breaks off"), Gap("dependencies", "not looked up")
    target = a_target()
    found = assess(some_facts(gaps=(machine,)), a_request(), Plan(Basis.DECLARED, target, (a_change(),), (plan,)))
    assert found.gaps == (machine, plan) and not found.happened
    venv = some_facts(gaps=(machine,), interpreter=an_interpreter(kind=EnvironmentKind.VENV, runs_os_tools=False))
    assert assess(venv, a_request(), Plan(Basis.DECLARED, target, (), (plan,))).gaps == (plan,)
    conda = some_facts(gaps=(machine,), interpreter=an_interpreter(kind=EnvironmentKind.CONDA, runs_os_tools=False))
    assert assess(conda, a_request(), Plan(Basis.DECLARED, target, (), (plan,))).gaps == (plan,)


def test_what_has_happened_is_no_request() -> None:
    setting = Setting("PIP_BREAK_SYSTEM_PACKAGES", "1", "PIP_BREAK_SYSTEM_PACKAGES")
    found = assess(some_facts(), a_request(break_system_packages=setting),
                   Plan(Basis.OBSERVED, a_target(), (a_change(),)))
    assert kinds(found) == ["Shadow", "BrokenBound"] and found.happened


def test_a_change_that_goes_is_not_said_to_arrive() -> None:
    both = (a_change(), Change("six", None, USER_SITE))
    found = assess(some_facts(), a_request(), Plan(Basis.DECLARED, a_target(), both))
    install = found.effects[-1]
    assert isinstance(install, ProtectedInstall) and install.changes == both[:1]


def test_contested_names() -> None:
    """Those that both have; all of the loser's where only the distribution's name is the same."""
    loser = a_distribution(import_names=("cryptography", "_rust", "hazmat"))
    facts = some_facts(distributions=(loser,))
    both = impact_of(a_change(import_names=("hazmat", "new", "_rust")), facts).effects[0]
    assert isinstance(both, Shadow) and both.import_names == ("hazmat", "_rust")
    name = impact_of(a_change(import_names=()), facts).effects[0]
    assert isinstance(name, Shadow) and name.import_names == ("cryptography", "_rust", "hazmat")


def test_only_the_copy_in_that_very_directory_is_uninstalled() -> None:
    elsewhere = a_distribution(site="/usr/lib/python3.11/dist-packages")
    request = a_request(action=Action.UNINSTALL)
    facts = some_facts(distributions=(elsewhere,))
    assert impact_of(Change("cryptography", None, OS_SITE), facts, request).effects == ()
    assert impact_of(Change("other", None, OS_SITE), request=request).effects == ()


def test_a_place_without_a_rank_shadows_all_the_same() -> None:
    facts = some_facts(distributions=(a_distribution(site="/usr/lib/nowhere"),))
    assert "Shadow" in kinds(impact_of(a_change(), facts))
    assert "Shadow" in kinds(impact_of(a_change(), target=replace(a_target(), rank=None)))
    assert "Shadow" in kinds(impact_of(a_change(), target=replace(a_target(OS_SITE), rank=2)))


def test_another_distribution_breaks_no_bound_on_the_loser() -> None:
    """attr is no version of attrs."""
    attrs = a_distribution("attrs", "22.2.0", "python3-attr", import_names=("attr",))
    needs = a_requester("tool", Bound("python3-attr", "<<", "23"))
    facts = some_facts(distributions=(attrs,), requesters=(needs,))
    assert "BrokenBound" not in kinds(impact_of(a_change("attr", "99"), facts))


def test_pips_that_do_not_read_the_file() -> None:
    def with_pip(version: str) -> Facts:
        return some_facts(pip=PipBuild(OS_SITE + "/pip", version, patched=True))

    assert bypasses(a_request(), with_pip("22.3.1")) == [f"pip 22.3.1 does not read it by {OS_SITE}/pip"]
    assert bypasses(a_request(), with_pip("9.0.3")) == [f"pip 9.0.3 does not read it by {OS_SITE}/pip"]
    assert bypasses(a_request(), with_pip("23.0")) == []
    assert bypasses(a_request(), with_pip("23.0.1")) == []
    assert bypasses(a_request(), with_pip("")) == []
    target = a_request(destination=Destination(Scheme.TARGET, "/x", asked_by="PIP_TARGET"))
    assert bypasses(target) == ["--target by PIP_TARGET"]
    assert impact_of(a_change(), request=target).effects[-2] == GuardBypass(
        "--target", "PIP_TARGET", "/usr/lib/python3.11/EXTERNALLY-MANAGED")


@pytest.mark.parametrize("frontend", ["poetry", "pdm", "setup.py", "easy_install"])
def test_tools_that_never_ask_the_file(frontend: str) -> None:
    facts, request = some_facts(), a_request(frontend=frontend)
    assert bypasses(request, facts) == [f"{frontend} does not read it by "]
    assert bypasses(request, some_facts(interpreter=an_interpreter(externally_managed=None))) == []


@pytest.mark.parametrize("frontend", ["uv", "conda"])
def test_tools_that_ask_the_file_themselves_whatever_pip_is_there(frontend: str) -> None:
    old = some_facts(pip=PipBuild(OS_SITE + "/pip", "20.3.4", patched=True))
    assert bypasses(a_request(frontend=frontend), old) == []
