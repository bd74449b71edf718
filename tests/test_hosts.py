"""The hosts that scenarios replay on: where each comes from, and that it is a world the engine can reason in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.model.facts import EnvironmentKind, Facts, OwnerKind, RequesterKind
from pyguard.model.versions import os_bound_holds
from tests.scenarios import HOSTS, is_recorded, read_host, read_host_file, read_scenario, scenario_files

NAMES = sorted(path.stem for path in HOSTS.glob("*.toml"))
RECORDED = {"debian-11", "debian-12", "debian-13"}
CONDA = {"miniforge-base", "miniforge-environment"}
SYSTEMS = [name for name in NAMES if name not in CONDA]


@pytest.mark.parametrize("name", NAMES)
def test_a_host_says_where_it_comes_from(name: str) -> None:
    file = read_host_file(name)
    assert file["schema"] == 1 and file["note"]
    assert is_recorded(name) is (name in RECORDED)
    assert is_recorded(name) or ("not recorded" in file["note"].lower() and file["sources"])


@pytest.mark.parametrize("name", SYSTEMS)
def test_its_python_is_the_operating_systems(name: str) -> None:
    facts = read_host(name)
    assert facts.interpreter.is_protected and facts.interpreter.kind in (
        EnvironmentKind.SYSTEM, EnvironmentKind.PLATFORM_PYTHON)
    assert [site.rank for site in facts.sites] == list(range(len(facts.sites)))
    assert facts.sites[0].scheme == "user_site" and facts.sites[-1].owner is OwnerKind.OS
    assert facts.pip is not None and facts.pip.owner is not None and facts.gaps == ()


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_its_packages_say_of_each_other_holds(name: str) -> None:
    """Every package has one version, every bound is on a package that is there, and holds today."""
    facts = read_host(name)
    versions = versions_of(facts)
    for requester in facts.requesters:
        for bound in requester.needs:
            if bound.relation and bound.package in versions:
                assert os_bound_holds(bound, versions[bound.package]), (requester.name, str(bound))
    if not is_recorded(name):
        wanted = {bound.package for requester in facts.requesters for bound in requester.needs}
        assert wanted - set(versions) <= {"python3", "python"}


def versions_of(facts: Facts) -> dict[str, str]:
    versions: dict[str, str] = {}
    owners = [one.owner for one in (*facts.distributions, *facts.requesters) if one.owner is not None]
    for owner in owners:
        assert versions.setdefault(owner.name, owner.version) == owner.version, owner.name
    return versions


@pytest.mark.parametrize("name", SYSTEMS)
def test_its_distributions_lie_where_it_looks(name: str) -> None:
    facts = read_host(name)
    places = {site.path for site in facts.sites}
    assert {distribution.site for distribution in facts.distributions} <= places
    packages = {one.name for one in facts.requesters if one.kind is RequesterKind.OS_PACKAGE}
    scripts = [one for one in facts.requesters if one.kind is RequesterKind.SCRIPT]
    assert scripts and all(one.owner is not None and one.owner.name in packages for one in scripts)


@pytest.mark.parametrize("name", NAMES)
def test_every_host_is_used(name: str) -> None:
    assert any(read_scenario(path).host == name for path in scenario_files())


def test_there_are_enough_scenarios_on_enough_hosts() -> None:
    """Those on hosts that were not recorded are a bonus: they never count."""
    hosts = [read_scenario(path).host for path in scenario_files()]
    assert len(set(hosts) - {""}) >= 8
    assert sum(host in RECORDED for host in hosts) >= 40


def test_a_proof_runs_where_its_host_was_recorded() -> None:
    releases = {"bullseye": "debian-11", "bookworm": "debian-12", "trixie": "debian-13"}
    proven = [(path, read_scenario(path)) for path in scenario_files() if read_scenario(path).proof]
    assert len(proven) >= 10
    for path, scenario in proven:
        assert releases[scenario.proof[0].release] == scenario.host, Path(path).stem
