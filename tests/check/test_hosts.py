"""One world: what a profile says of a distribution's release is what its host file says, which scenarios stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.checking.host_files import HOSTS, known_host
from pyguard.checking.profiles import Profile, ProfileKind, find_profile, system_facts
from pyguard.model.facts import Facts

NAMES = sorted(path.stem for path in Path(HOSTS).glob("*.toml"))
SYSTEMS = [name for name in NAMES if "miniforge" not in name]
IMAGES = {"rhel-8": "almalinux:8", "rhel-9": "rockylinux:9", "amzn-2023": "amazonlinux:2023", "arch": "archlinux"}


def sites(facts: Facts) -> list[tuple[str, str, str]]:
    home = facts.environment.home
    return [(site.path.replace(home, "~", 1) if home and site.path.startswith(home) else site.path.replace(
        "/home/alice", "~"), site.scheme, site.owner.value) for site in facts.sites]


@pytest.mark.parametrize("name", SYSTEMS)
def test_profile_and_host_file_say_the_same(name: str) -> None:
    system, _, version = name.partition("-")
    host = known_host(system, version)
    assert host is not None
    profile = system_facts(Profile(ProfileKind.SYSTEM, name, system, version), True, ())
    assert host.facts.interpreter.runs_os_tools and profile.interpreter.runs_os_tools
    assert host.facts.interpreter.minor == profile.interpreter.minor
    assert bool(host.facts.interpreter.externally_managed) == bool(profile.interpreter.externally_managed)
    assert sites(host.facts) == sites(profile)


@pytest.mark.parametrize("name", SYSTEMS)
def test_an_image_of_that_release_finds_its_host_file(name: str) -> None:
    profile = find_profile(IMAGES.get(name, name.replace("-", ":")))
    system, _, version = name.partition("-")
    assert (profile.kind, profile.system, profile.version) == (ProfileKind.SYSTEM, system, version)
    assert known_host(profile.system, profile.version) is not None


def test_other_hosts_are_told_apart() -> None:
    assert find_profile("condaforge/miniforge3").kind is ProfileKind.CONDA_BASE
    assert known_host("debian", "../../etc/passwd") is None
