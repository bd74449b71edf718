"""Programs that start with -s, -E or -I do not see what lands where those flags do not look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyguard.impact import assess
from pyguard.impact.isolated import isolated_packages, spare
from pyguard.model.facts import Facts, Owner, OwnerKind, PipBuild, Requester, RequesterKind, SiteDirectory
from pyguard.model.impact import BrokenBound, BrokenRequirement, GuardBypass, Overwrite, Removal, Shadow
from pyguard.model.plan import Basis, Change, Plan, Target
from tests.builders import LOCAL_SITE, OS_SITE, USER_SITE, a_distribution, a_request, some_facts, some_sites

USER = Target(USER_SITE, USER_SITE, "/home/alice/.local/bin", "user_site", rank=0)
LOCAL = Target(LOCAL_SITE, LOCAL_SITE, "/usr/local/bin", "posix_local", rank=1)
PATH = Target("/opt/libs", "/opt/libs", "/opt/libs/bin", "target", rank=0)


def a_script(path: str, package: str, *flags: str) -> Requester:
    return Requester(path, RequesterKind.SCRIPT, Owner(OwnerKind.OS, package, "1.0-1"), interpreter="/usr/bin/python3",
                     flags=flags)


def a_world(*flags: str, debian: bool = True, more: tuple[Requester, ...] = ()) -> Facts:
    facts = some_facts()
    sites = (SiteDirectory("/opt/libs", OwnerKind.LOCAL, "pythonpath", 9), *some_sites())
    if not debian:
        sites = tuple(replace(site, scheme="posix_prefix") if site.scheme == "deb_system" else site for site in sites)
    return replace(facts, sites=sites,
                   requesters=(*facts.requesters, a_script("/usr/bin/certbot", "certbot", *flags), *more))


@pytest.mark.parametrize(("flag", "target", "debian", "spared"), [
    ("-s", USER, True, True), ("-I", USER, True, True), ("-E", USER, True, False), ("-P", USER, True, False),
    ("-s", LOCAL, True, False), ("-I", LOCAL, True, False),     # Debian's /usr/local is there whatever the flags
    ("-s", LOCAL, False, True), ("-I", LOCAL, False, True), ("-E", LOCAL, False, False),
    ("-E", PATH, True, True), ("-I", PATH, True, True), ("-s", PATH, True, False)])
def test_which_flag_keeps_what_off_the_path(flag: str, target: Target, debian: bool, spared: bool) -> None:
    assert isolated_packages(a_world(flag, debian=debian), target) == (frozenset({"certbot"} if spared else ()))


def test_a_package_is_as_exposed_as_the_least_careful_of_its_programs() -> None:
    more = (a_script("/usr/bin/letsencrypt", "certbot"),)
    assert isolated_packages(a_world("-s", more=more), USER) == frozenset()


def test_a_program_that_is_no_script_may_do_anything() -> None:
    facts = a_world("-s")
    compiled = tuple(replace(one, commands=(*one.commands, "/usr/bin/certbot-gtk")) if one.name == "certbot" else one
                     for one in facts.requesters)
    assert isolated_packages(replace(facts, requesters=compiled), USER) == frozenset()
    units = tuple(replace(one, commands=(*one.commands, "certbot.service")) if one.name == "certbot" else one
                  for one in facts.requesters)
    assert isolated_packages(replace(facts, requesters=units), USER) == {"certbot"}


def test_a_directory_with_two_places_on_the_path_or_none_is_left_out_by_no_flag() -> None:
    facts = a_world("-s")
    assert isolated_packages(facts, replace(USER, platlib=LOCAL_SITE)) == frozenset()
    assert isolated_packages(facts, replace(USER, purelib="/nowhere", platlib="/nowhere")) == frozenset()
    assert isolated_packages(facts, replace(USER, purelib=OS_SITE, platlib=OS_SITE)) == frozenset()


def test_who_is_spared_is_not_named() -> None:
    change = Change("cryptography", "42.0", USER_SITE, "==42.0", ("cryptography",))
    effects = assess(a_world("-s"), a_request(), Plan(Basis.DECLARED, USER, (change,))).effects
    (shadow,) = [effect for effect in effects if isinstance(effect, Shadow)]
    (bound,) = [effect for effect in effects if isinstance(effect, BrokenBound)]
    assert shadow.requesters == bound.tools == ("cloud-init", "duplicity")


def test_what_loses_its_files_is_hit_whatever_its_flags() -> None:
    facts = replace(a_world("-s", debian=False), pip=PipBuild(LOCAL_SITE + "/pip", "26.1"),
                    distributions=(a_distribution(),))
    change = Change("cryptography", "42.0", LOCAL_SITE, "==42.0", ("cryptography",))
    effects = assess(facts, a_request(), Plan(Basis.DECLARED, LOCAL, (change,))).effects
    assert any(isinstance(effect, Removal) for effect in effects)
    (shadow,) = [effect for effect in effects if isinstance(effect, Shadow)]
    assert "certbot" in shadow.requesters


def test_sparing_effect_by_effect() -> None:
    loser, change = a_distribution(), Change("cryptography", "42.0", USER_SITE)
    shadow = Shadow(change, loser, ("cryptography",), ("certbot", "duplicity"))
    requirement = BrokenRequirement(loser, "x<1", change, ("certbot", "duplicity"))
    bypass = GuardBypass("--user", "", "/marker")
    certbot = frozenset({"certbot"})
    assert spare((shadow, requirement, bypass), certbot) == [
        Shadow(change, loser, ("cryptography",), ("duplicity",)),
        BrokenRequirement(loser, "x<1", change, ("duplicity",)), bypass]
    assert spare((shadow, bypass), frozenset()) == [shadow, bypass]
    assert loser.owner is not None
    overwrite = Overwrite(OS_SITE, loser.owner, change)
    assert spare((overwrite, shadow), certbot) == [overwrite, shadow]
