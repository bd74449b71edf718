"""What is read without packaging is read as packaging reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name as packagings
from packaging.version import InvalidVersion, Version

from pyguard.model.names import canonicalize_name
from pyguard.model.plain import plain_admits, read_plain, split_requires
from pyguard.model.versions import admits, specifier_holds

NUMBERS = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
VERSIONS = st.builds("".join, st.tuples(NUMBERS, st.sampled_from(["", "", "", "a1", "rc2", ".post1", ".dev3", "+x"])))
SINGLES = st.builds("".join, st.tuples(st.sampled_from(["==", ">=", "<=", "!=", "<", ">", "~=", "===", "= "]),
                                       st.sampled_from(["", " "]), VERSIONS, st.sampled_from(["", "", "", ".*"])))
SPECIFIERS = st.lists(SINGLES, max_size=3).map(",".join)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,5}", fullmatch=True)


def by_packaging(specifiers: str, version: str) -> bool | None:
    try:
        return SpecifierSet(specifiers).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return None


@given(SPECIFIERS, VERSIONS)
def test_versions_are_admitted_alike(specifiers: str, version: str) -> None:
    expected = by_packaging(specifiers, version)
    assert plain_admits(specifiers, version) in (None, expected)
    assert admits(specifiers, version) == expected


@given(NAMES, SPECIFIERS, st.sampled_from(["", "; extra == 'x'", "; python_version > '3'", "[a]", ";", " ;nonsense"]),
       VERSIONS)
def test_requires_dist_holds_alike(name: str, specifiers: str, rest: str, version: str) -> None:
    for text in (f"{name}{specifiers}{rest}", f"{name} ({specifiers}){rest}"):
        try:
            parsed = Requirement(text)
        except InvalidRequirement:
            assert specifier_holds(text, packagings(name), version) is None
            continue
        wanted = packagings(parsed.name)
        expected = None if "extra" in str(parsed.marker or "") else by_packaging(str(parsed.specifier), version)
        assert specifier_holds(text, wanted, version) == expected


@given(NAMES, SINGLES, st.sampled_from(["", " ", "  "]))
def test_plain_requirements_are_packagings(name: str, single: str, blank: str) -> None:
    text = name + blank + single
    plain = read_plain(text)
    if plain is not None:
        parsed = Requirement(text)
        assert (parsed.name, str(parsed.specifier)) == (plain.name, plain.operator + plain.version)
        assert not parsed.extras and not parsed.url and not parsed.marker


@given(st.text(max_size=12))
def test_names_are_normalized_alike(name: str) -> None:
    assert canonicalize_name(name) == packagings(name)


@pytest.mark.parametrize("text", ["six>=1,<2", "six[extra]", "six @ file:///x", "six==1.*", "six~=1.0", "./six", "-six",
                                  "six==1.0a1", "six==1\n", "٣ix"])
def test_what_is_not_plain_is_left_to_packaging(text: str) -> None:
    assert read_plain(text) is None


def test_half_a_parenthesis_is_left_to_packaging() -> None:
    assert split_requires("six (>=1") is None and split_requires("six >=1)") is None
