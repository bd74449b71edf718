"""Bounds of OS packages, compared with versions of distributions."""

from __future__ import annotations

import pytest

from pyguard.model.facts import Bound
from pyguard.model.versions import bound_holds, bound_must_break, specifier_holds, upstream_part


@pytest.mark.parametrize(("relation", "limit", "version", "installed", "holds"), [
    ("<<", "40", "42.0", "38.0.4-3", False),
    ("<<", "40", "39.0.2", "38.0.4-3", True),
    ("<<", "40", "40", "38.0.4-3", False),
    ("<<", "40", "40.0rc1", "38.0.4-3", True),
    (">=", "2.0", "2", "2.1-1", True),                    # PEP 440: 2 is 2.0
    (">=", "1:2.0", "2.1", "1:2.0-1", True),              # the epoch is the OS package's
    ("<<", "1:3", "4.0", "1:2.0-1", False),
    (">=", "23.0.1+dfsg-1", "23.0.1", "23.0.1+dfsg-1", True),    # repacking is not a version
    ("=", "1.5-2", "1.5", "1.5-2", True),
    ("=", "1.5-2", "1.6", "1.5-2", False),
    ("", "", "9", "1", True),
])
def test_a_bound(relation: str, limit: str, version: str, installed: str, holds: bool) -> None:
    assert bound_holds(Bound("python3-x", relation, limit), version, installed) is holds


@pytest.mark.parametrize(("relation", "limit", "specifier", "breaks"), [
    ("<<", "40", ">=42", True),
    ("<<", "40", ">=39", False),       # 39.0 would do
    ("<<", "40", "==41.*", True),
    ("<<", "40", "~=41.0", True),
    ("<<", "40", "", False),           # whatever is newest: not known
    (">=", "2.0", "<2", True),
    (">=", "2.0", "<3", False),
    (">=", "2.0", "==1.*", False),     # undecided, so not claimed
])
def test_a_specifier_that_can_only_break_a_bound(relation: str, limit: str, specifier: str, breaks: bool) -> None:
    assert bound_must_break(Bound("python3-x", relation, limit), specifier, "38.0.4-3") is breaks


@pytest.mark.parametrize(("version", "upstream"), [
    ("1:2.28.1+dfsg-1", "2.28.1"), ("38.0.4-3+deb12u1", "38.0.4"), ("2.0~ds1-1", "2.0"), ("5", "5"),
])
def test_upstream_part(version: str, upstream: str) -> None:
    assert upstream_part(version) == upstream


@pytest.mark.parametrize(("requirement", "version", "holds"), [
    ("cryptography<40,>=38", "42.0", False),
    ("cryptography<40,>=38", "39.0", True),
    ("Cryptography (<40)", "42.0", False),
    ("cryptography<40; extra == 'docs'", "42.0", None),
    ("cryptography-vectors<40", "42.0", None),
    ("not a requirement <", "42.0", None),
    ("cryptography<40", "unknown", None),
])
def test_a_requirement(requirement: str, version: str, holds: object) -> None:
    assert specifier_holds(requirement, "cryptography", version) is holds
