"""What a pip build does with the OS's copy: each branch of the prediction, and what the effects say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyguard.impact import assess
from pyguard.impact.damage import predict
from pyguard.model.facts import Distribution, Facts, Owner, OwnerKind, PipBuild, SiteDirectory
from pyguard.model.impact import Impact, Overwrite, Removal, Shadow, UnknownRemoval
from pyguard.model.plan import Basis, Change, Effectiveness, Plan, Target
from pyguard.model.request import Action, Destination, Location, Request, Scheme, SourceKind
from tests.builders import LOCAL_SITE, OS_SITE, USER_SITE, a_distribution, a_request, a_wanted, some_facts

SHADOWS, REPLACES = Effectiveness.SHADOWS, Effectiveness.REPLACES
REFUSED, KEEPS, PINNED = Effectiveness.REFUSED, Effectiveness.KEEPS, Effectiveness.PINNED
LOCAL = Target(LOCAL_SITE, LOCAL_SITE, "/usr/local/bin", "posix_local", rank=1)
USER = Target(USER_SITE, USER_SITE, "/home/alice/.local/bin", "user_site", rank=0)
INTO_OS = Target(OS_SITE, OS_SITE, OS_SITE + "/bin", "target", rank=2)
PATCHED = PipBuild(OS_SITE + "/pip", "23.0.1", Owner(OwnerKind.OS, "python3-pip", "23.0.1-1"), patched=True)
UPSTREAM = PipBuild(LOCAL_SITE + "/pip", "26.1")
NEWER = Change("cryptography", "42.0", LOCAL_SITE, "==42.0", ("cryptography",))


def outcome(change: Change = NEWER, target: Target = LOCAL, facts: Facts | None = None,
            present: Distribution | None = None, **request: object) -> Effectiveness:
    loser = present or a_distribution()
    world = facts or some_facts(distributions=(loser,))
    asked = a_request(a_wanted(), **request)
    return predict(world, asked, Plan(Basis.DECLARED, target, (change,)), change, loser).effectiveness


@pytest.mark.parametrize(("metadata", "record", "expected"), [
    ("egg-info", False, REPLACES), ("egg-info-file", False, REFUSED), ("dist-info", True, REPLACES),
    ("dist-info", False, REFUSED), ("egg", False, REPLACES), ("egg-link", False, REPLACES), ("none", False, SHADOWS)])
def test_an_upstream_pip_goes_by_the_metadata(metadata: str, record: bool, expected: Effectiveness) -> None:
    present = a_distribution(metadata=metadata, record=record)
    assert outcome(present=present) is expected
    assert outcome(present=present, facts=some_facts(distributions=(present,), pip=UPSTREAM)) is expected


@pytest.mark.parametrize("metadata", ["egg-info", "egg-info-file", "dist-info"])
def test_the_patched_pip_leaves_everything(metadata: str) -> None:
    present = a_distribution(metadata=metadata)
    assert outcome(present=present, facts=some_facts(distributions=(present,), pip=PATCHED)) is SHADOWS


def test_fedoras_pip_replaces_nothing_below_its_own_prefix() -> None:
    site = "/usr/lib/python3.9/site-packages"
    present = a_distribution(site=site, metadata="dist-info", record=True)
    sparing = PipBuild(site + "/pip", "21.3.1", Owner(OwnerKind.OS, "python3-pip", "21.3.1-1"), spares_prefix=True)
    facts = some_facts(distributions=(present,), pip=sparing, sites=(
        SiteDirectory(LOCAL_SITE, OwnerKind.LOCAL, "posix_local", 0),
        SiteDirectory(site, OwnerKind.OS, "posix_prefix", 1)))
    change = replace(NEWER, site=LOCAL_SITE)
    assert outcome(change, facts=facts, present=present) is SHADOWS
    assert outcome(change, facts=replace(facts, pip=replace(sparing, spares_prefix=False)), present=present) is REPLACES
    elsewhere = replace(facts, sites=tuple(replace(each, scheme="pth") for each in facts.sites))
    assert outcome(change, facts=elsewhere, present=present) is REPLACES
    assert outcome(replace(change, version=None), facts=facts, present=present) is REPLACES    # an uninstall


def test_the_user_site_uninstalls_nothing_outside_it() -> None:
    assert outcome(target=USER) is SHADOWS


def test_ignore_installed() -> None:
    assert outcome(ignore_installed=True) is SHADOWS
    assert outcome(ignore_installed=True, target=replace(LOCAL, purelib=OS_SITE)) is REPLACES
    assert outcome(ignore_installed=True, target=replace(LOCAL, platlib=OS_SITE)) is REPLACES


def test_target() -> None:
    there = Destination(Scheme.TARGET, OS_SITE)
    assert outcome(target=INTO_OS, destination=there, upgrade=True) is REPLACES
    assert outcome(target=INTO_OS, destination=there) is KEEPS
    elsewhere = replace(INTO_OS, purelib="/opt/app", platlib="/opt/app")
    assert outcome(target=elsewhere, destination=Destination(Scheme.TARGET, "/opt/app")) is SHADOWS


def test_another_name_is_left_alone() -> None:
    assert outcome(change=replace(NEWER, name="attr")) is SHADOWS


@pytest.mark.parametrize(("specifier", "version", "expected"), [
    ("", "", KEEPS), (">=38", "", KEEPS), ("==38.0.4", "38.0.4", KEEPS), ("==42.0", "42.0", REPLACES),
    (">=42", "", REPLACES), ("nonsense", "", REPLACES)])
def test_what_is_satisfied_is_kept(specifier: str, version: str, expected: Effectiveness) -> None:
    assert outcome(replace(NEWER, specifier=specifier, version=version)) is expected


@pytest.mark.parametrize("option", [{"upgrade": True}, {"force_reinstall": True}, {"ignore_installed": True}])
def test_what_is_satisfied_is_installed_again_on_request(option: dict[str, object]) -> None:
    assert outcome(replace(NEWER, specifier="", version=""), **option) is not KEEPS


def test_a_link_or_an_editable_project_is_never_satisfied() -> None:
    world = some_facts()
    open_change = replace(NEWER, specifier="", version="")
    link = a_request(a_wanted(source=SourceKind.VCS))
    plan = Plan(Basis.DECLARED, LOCAL, (open_change,))
    assert predict(world, link, plan, open_change, a_distribution()).effectiveness is REPLACES
    assert outcome(replace(open_change, editable=True)) is REPLACES


def test_an_unreadable_version_satisfies_nothing() -> None:
    assert outcome(replace(NEWER, specifier="", version=""), present=a_distribution(version="what")) is REPLACES


def test_the_first_copy_is_the_one_that_pip_replaces() -> None:
    mine = Distribution(a_distribution().name, "41.0", LOCAL_SITE, metadata="dist-info", record=True)
    assert outcome(facts=some_facts(distributions=(a_distribution(), mine))) is SHADOWS
    without_metadata = replace(mine, metadata="none")
    assert outcome(facts=some_facts(distributions=(a_distribution(), without_metadata))) is REPLACES


def test_what_is_there_already_only_shadows() -> None:
    plan = Plan(Basis.OBSERVED, LOCAL, (NEWER,))
    assert predict(some_facts(), a_request(), plan, NEWER, a_distribution()).effectiveness is SHADOWS


def pinned_world() -> tuple[Facts, Distribution]:
    present = a_distribution("zope-interface", "5.2", import_names=("zope.interface",))
    facts = some_facts(distributions=(present,), pip=PATCHED)
    sites = tuple(replace(site, pins=("zope",)) if site.path == OS_SITE else site for site in facts.sites)
    return replace(facts, sites=sites), present


def test_a_pinned_namespace() -> None:
    facts, present = pinned_world()
    change = Change("zope-interface", "7.0", LOCAL_SITE, "==7.0", ("zope.interface",))
    assert outcome(change, facts=facts, present=present) is PINNED
    assert outcome(replace(change, import_names=()), facts=facts, present=present) is PINNED
    assert outcome(replace(change, import_names=("zope",)), facts=facts, present=present) is SHADOWS
    assert outcome(replace(change, import_names=("zopeless",)), facts=facts, present=present) is SHADOWS


def impact(facts: Facts, change: Change, target: Target = LOCAL, **request: object) -> Impact:
    asked: Request = a_request(a_wanted(), **request)
    return assess(facts, asked, Plan(Basis.DECLARED, target, (change,)))


def kinds(found: Impact) -> list[str]:
    return [type(effect).__name__ for effect in found.effects]


def test_a_replaced_copy_is_a_removal_and_a_shadow() -> None:
    found = impact(some_facts(), NEWER)
    assert kinds(found) == ["Removal", "Shadow", "BrokenBound", "ProtectedInstall"]
    removal, shadow = found.effects[:2]
    assert isinstance(removal, Removal) and removal.outcome is REPLACES and "cloud-init" in removal.requesters
    assert isinstance(shadow, Shadow) and shadow.outcome is REPLACES and shadow.because


def test_a_refusal_of_pips_own_still_counts_as_a_shadow() -> None:
    facts = some_facts(distributions=(a_distribution(metadata="dist-info"),))
    found = impact(facts, NEWER)
    assert kinds(found) == ["Shadow", "BrokenBound", "ProtectedInstall"]
    assert isinstance(found.effects[0], Shadow) and found.effects[0].outcome is REFUSED
    assert "Overwrite" not in kinds(impact(facts, NEWER, replace(INTO_OS, scheme="deb_system")))


def test_a_kept_copy_is_no_effect() -> None:
    assert kinds(impact(some_facts(), replace(NEWER, version="", specifier=""))) == ["ProtectedInstall"]
    there = Destination(Scheme.TARGET, OS_SITE)
    assert "Overwrite" not in kinds(impact(some_facts(), NEWER, INTO_OS, destination=there))


def test_into_the_same_directory_the_files_go() -> None:
    there = Destination(Scheme.TARGET, OS_SITE)
    overwrite = impact(some_facts(), NEWER, INTO_OS, destination=there, upgrade=True).effects[0]
    assert isinstance(overwrite, Overwrite) and overwrite.path == OS_SITE


@pytest.mark.parametrize(("pip", "metadata", "expected"), [
    (PATCHED, "egg-info", []), (UPSTREAM, "egg-info", [REPLACES]), (UPSTREAM, "dist-info", [REFUSED]),
    (UPSTREAM, "none", [])])
def test_an_uninstall(pip: PipBuild, metadata: str, expected: list[Effectiveness]) -> None:
    facts = some_facts(distributions=(a_distribution(metadata=metadata),), pip=pip)
    found = impact(facts, Change("cryptography", None, OS_SITE), action=Action.UNINSTALL)
    assert [effect.outcome for effect in found.effects if isinstance(effect, Removal)] == expected
    assert len(found.effects) == len(expected)


def reason(change: Change = NEWER, target: Target = LOCAL, facts: Facts | None = None,
           present: Distribution | None = None, **request: object) -> str:
    loser = present or a_distribution()
    world = facts or some_facts(distributions=(loser,))
    return predict(world, a_request(a_wanted(), **request), Plan(Basis.DECLARED, target, (change,)), change,
                   loser).because


@pytest.mark.parametrize(("metadata", "record", "because"), [
    ("egg-info", False, "its egg-info names its files"), ("egg", False, "it is an egg"),
    ("egg-link", False, "it is an egg-link"), ("dist-info", True, "its RECORD names its files"),
    ("dist-info", False, "it has no RECORD, and pip does not uninstall without one"),
    ("egg-info-file", False, "pip does not uninstall what distutils installed"),
    ("none", False, "pip knows of no distribution of that name there"),
    ("", False, "pip knows of no distribution of that name there")])
def test_why_by_the_metadata(metadata: str, record: bool, because: str) -> None:
    assert reason(present=a_distribution(metadata=metadata, record=record)) == because


def test_why_by_the_request() -> None:
    there, elsewhere = Destination(Scheme.TARGET, OS_SITE), Destination(Scheme.TARGET, "/opt/app")
    assert reason(target=INTO_OS, destination=there) == "--target without --upgrade leaves what is there"
    assert reason(target=INTO_OS, destination=there, upgrade=True) == (
        "--target with --upgrade replaces what is there")
    assert reason(target=replace(INTO_OS, purelib="/opt/app", platlib="/opt/app"), destination=elsewhere) == (
        "--target looks at no other copy")
    assert reason(ignore_installed=True) == "--ignore-installed leaves what is there"
    assert reason(ignore_installed=True, target=replace(LOCAL, purelib=OS_SITE)) == "it goes to the same directory"
    assert reason(change=replace(NEWER, version="38.0.4")) == "38.0.4 satisfies the request"
    assert reason(target=USER) == "an install into the user site uninstalls nothing outside it"
    assert reason(change=replace(NEWER, name="attr")) == "pip knows of no distribution of that name there"


def test_why_by_the_pip() -> None:
    present = a_distribution()
    patched = some_facts(distributions=(present,), pip=PATCHED)
    assert reason(facts=patched) == "the distribution's pip leaves what its packages own"
    gone = replace(NEWER, version=None)
    assert reason(change=gone, facts=patched) == "the distribution's pip leaves what its packages own"
    assert reason(change=gone) == "its egg-info names its files"
    site = "/usr/lib/python3.9/site-packages"
    sparing = some_facts(distributions=(a_distribution(site=site),), pip=replace(PATCHED, patched=False,
                                                                                spares_prefix=True),
                         sites=(SiteDirectory(site, OwnerKind.OS, "posix_prefix", 1),))
    assert reason(facts=sparing, present=a_distribution(site=site)) == (
        "the distribution's pip replaces nothing below its own prefix")


def test_why_by_what_is_there() -> None:
    mine = Distribution(a_distribution().name, "41.0", LOCAL_SITE, metadata="dist-info", record=True)
    assert reason(facts=some_facts(distributions=(a_distribution(), mine))) == (
        "pip replaces the copy that comes first on the path, not this one")
    plan = Plan(Basis.OBSERVED, LOCAL, (NEWER,))
    assert predict(some_facts(), a_request(), plan, NEWER, a_distribution()).because == "it is there already"
    facts, present = pinned_world()
    change = Change("zope-interface", "7.0", LOCAL_SITE, "==7.0", ("zope.interface",))
    assert reason(change, facts=facts, present=present) == (
        f"a -nspkg.pth file ties zope to {OS_SITE} until sys.path changes, which it does not under -I and -P")


def test_a_copy_outside_the_path_counts_last() -> None:
    """pip finds what is on sys.path; a directory with no place there comes after all that have one."""
    lost = Distribution(a_distribution().name, "1.0", "/nowhere", metadata="dist-info", record=True)
    for distributions in ((lost, a_distribution()), (a_distribution(), lost)):
        assert outcome(facts=some_facts(distributions=distributions)) is REPLACES


def test_without_metadata_a_module_is_no_copy_of_pips() -> None:
    facts = some_facts(distributions=(a_distribution(metadata="none"),))
    assert outcome(facts=facts, present=a_distribution(metadata="none")) is SHADOWS
    other = replace(NEWER, name="attr")
    assert outcome(change=other, facts=facts, present=a_distribution(metadata="egg-info")) is SHADOWS


@pytest.mark.parametrize("frontend", ["uv", "pdm"])
def test_tools_that_look_only_where_they_write(frontend: str) -> None:
    elsewhere = "it looks only where it would write itself"
    assert outcome(frontend=frontend) is SHADOWS and reason(frontend=frontend) == elsewhere
    gone = replace(NEWER, version=None)
    assert outcome(gone, frontend=frontend) is KEEPS and reason(gone, frontend=frontend) == elsewhere
    for place in (replace(LOCAL, purelib=OS_SITE), replace(LOCAL, platlib=OS_SITE)):
        assert outcome(target=place, frontend=frontend) is REPLACES
        assert reason(target=place, frontend=frontend) == "it is in the directory that is written to"


@pytest.mark.parametrize(("fields", "pip", "target", "decides"), [
    ({}, UPSTREAM, LOCAL, True), ({}, None, LOCAL, True), ({}, PATCHED, LOCAL, False),
    ({"frontend": "uv"}, UPSTREAM, LOCAL, False), ({"frontend": "uv"}, PATCHED, INTO_OS, True),
    ({"action": Action.INSTALL}, UPSTREAM, LOCAL, False), ({"gaps": ()}, UPSTREAM, LOCAL, False),
    ({"location": Location("Dockerfile", 3)}, UPSTREAM, LOCAL, False)])
def test_an_uninstall_of_what_nobody_knows(fields: dict[str, object], pip: PipBuild | None, target: Target,
                                           decides: bool) -> None:
    request = a_request(**{"action": Action.UNINSTALL, "gaps": ("r.txt was not fetched",), **fields})
    found = assess(some_facts(pip=pip), request, Plan(Basis.DECLARED, target))
    removal = UnknownRemoval(" ".join(request.argv[:2]), "r.txt was not fetched")
    assert [each for each in found.effects if isinstance(each, UnknownRemoval)] == ([removal] if decides else [])
