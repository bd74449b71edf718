"""The translation held against py-rattler: MatchSpecs select what pip's specifiers would."""

from __future__ import annotations

import importlib.util
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pyguard.model.request import Request, SourceKind
from pyguard.remedy.conda_extras import packages_of
from pyguard.remedy.conda_specs import conda_spec
from pyguard.remedy.translate import translate
from tests.conda.requests import FILES, FORMS, MIXED, POPULAR, REQUESTS, facts_for, read_request

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rattler") is None, reason="py-rattler needs Python 3.10")

NUMBERS = st.lists(st.integers(0, 12) | st.sampled_from((42, 2021)), min_size=1, max_size=4)
EPOCHS = st.sampled_from(("", "", "", "1!"))
RELEASES = st.builds(lambda epoch, parts: epoch + ".".join(map(str, parts)), EPOCHS, NUMBERS)
SUFFIXES = st.sampled_from(("", "", "", "", "rc1", "a2", ".post1", "-1", ".dev3", "-rc.1", "b3.post2"))
OPERATORS = st.sampled_from(("==", "!=", "<", "<=", ">", ">=", "~=", "===", "==*", "!=*"))
UNIVERSE = [f"{epoch}{version}" for epoch in ("", "1!") for version in (
    "0", "0.1", "0.9.9", "1", "1.0.1", "1.1", "1.2", "1.2.3", "1.2.3.1", "1.2.3.4", "1.2.10", "1.9", "1.10", "1.20",
    "2", "2.0.1", "2.1", "3", "4.5", "6.0.1", "10", "12.12", "42", "42.0.5", "42.1", "2021", "2021.1", "2021.10")]


def single(operator: str, release: str, suffix: str) -> str:
    if operator.endswith("*"):
        return f"{operator[:2]}{release}.*"
    if operator == "~=" and "." not in release:
        release += ".0"
    return f"{operator}{release}{suffix}"


SPECIFIERS = st.lists(st.builds(single, OPERATORS, RELEASES, SUFFIXES), min_size=1, max_size=3).map(",".join)


def selected_by_conda(spec: str, versions: list[str]) -> list[str]:
    from rattler import MatchSpec, VersionSpec
    from rattler import Version as CondaVersion

    match = MatchSpec(spec)
    if match.version is None:
        return versions
    parsed = VersionSpec(match.version)
    return [version for version in versions if parsed.matches(CondaVersion(version))]


def selected_by_pip(specifier: str, versions: list[str]) -> list[str]:
    return list(SpecifierSet(specifier).filter(versions, prereleases=True)) if specifier else versions


@given(specifier=SPECIFIERS, more=st.lists(RELEASES, max_size=5))
@settings(max_examples=1500, deadline=None)
def test_no_difference_on_final_releases(specifier: str, more: list[str]) -> None:
    versions = [*UNIVERSE, *more]
    normalized = [str(Version(version)) for version in versions]
    if "===" in specifier:    # text is compared, which conda does not: the same for versions as they normalize
        specifier = re.sub("===([^,]+)", lambda found: f"==={Version(found[1])}", specifier)
        versions = normalized
        expected = selected_by_pip(specifier.replace("===", "=="), versions)
    else:
        expected = selected_by_pip(specifier, versions)
    assert selected_by_conda(conda_spec("x", specifier), versions) == expected


def specs_of(words: tuple[str, ...]) -> tuple[Request, dict[str, str]]:
    request = read_request(words)
    specs = translate(facts_for(request), request).specs
    return request, {re.split("[ =<>!~]", spec)[0]: spec for spec in specs}


def test_there_are_200_requests() -> None:
    assert len(REQUESTS) >= 200 and len(set(REQUESTS)) == len(REQUESTS)
    assert (len(POPULAR), len(FILES)) == (100, 20) and len(FORMS) > 50 and len(MIXED) > 25


@pytest.mark.parametrize("words", REQUESTS, ids=" ".join)
def test_a_request_selects_what_pip_would(words: tuple[str, ...]) -> None:
    """Every spec parses, and takes of every version there is those that the requirements and constraints take."""
    request, specs = specs_of(words)
    facts = facts_for(request)
    names = dict(facts.conda.names)
    for package, spec in specs.items():
        limits = [one.specifier for one in (*request.wanted, *request.constraints) if one.source is SourceKind.INDEX
                  and package in (packages_of(one.name, one.extras) or (names.get(one.name),))[:1]]
        expected = selected_by_pip(",".join(filter(None, limits)), UNIVERSE)
        assert selected_by_conda(spec, UNIVERSE) == expected, spec


def test_what_the_popular_names_become() -> None:
    """A hundred go to conda itself, none is left to pip."""
    left = [name for name in POPULAR if not specs_of(("install", name))[1]]
    assert left == []
