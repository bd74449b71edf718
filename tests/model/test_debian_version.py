"""The order of Debian versions, held against dpkg itself."""

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard.model.debian_version import compare, satisfies, split_version, upstream_of

RELATIONS = ("<<", "<=", "=", ">=", ">>")
upstream = st.text("0123456789abzABZ.+~-", max_size=8).map(lambda text: f"1{text}".rstrip("-"))
versions = st.builds(
    lambda epoch, body, revision: epoch + body + revision,
    st.sampled_from(["", "0:", "1:", "12:"]),
    upstream,
    st.text("0123456789abzA.+~", min_size=1, max_size=5).map(lambda text: "-" + text) | st.just(""),
)


@pytest.mark.parametrize("smaller, larger", [
    ("1.0~rc1-1", "1.0-1"),
    ("1.0~~", "1.0~"),
    ("1.0", "1.0a"),
    ("1.0a", "1.0+b"),
    ("1.9", "1.10"),
    ("9:1", "10:0"),
    ("38.0.4-3", "40"),
    ("38.0.4-3+deb12u1", "38.0.4-4"),
    ("23.0.0-1", "1:0"),
    ("1.0-1", "1.0-1.1"),
    ("1-a", "1-a-0"),
])
def test_order(smaller, larger):
    assert compare(smaller, larger) == -1
    assert compare(larger, smaller) == 1


@pytest.mark.parametrize("a, b", [("1.0", "0:1.0"), ("1.0", "1.0-0"), ("1.01", "1.1"), ("1.0-", "1.0")])
def test_equal(a, b):
    assert compare(a, b) == 0


def test_obsolete_relations_are_not_strict():
    assert satisfies("1.0", "<", "1.0") and satisfies("1.0", ">", "1.0")


def test_empty_relation_holds_and_an_unknown_one_is_an_error():
    assert satisfies("1.0", "", "")
    with pytest.raises(ValueError, match="=="):
        satisfies("1.0", "==", "1.0")


def test_parts():
    assert split_version("1:2.3-rc-1") == (1, "2.3-rc", "1")
    assert split_version("a:2") == (0, "a:2", "")
    assert upstream_of("1:2.31.0+dfsg-1") == "2.31.0+dfsg"


@given(versions, versions)
def test_is_an_order(a, b):
    assert compare(a, b) == -compare(b, a)
    assert compare(a, a) == 0


@given(st.text(), st.text())
def test_any_text_is_compared(a, b):
    assert compare(a, b) == -compare(b, a)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="no dpkg here to compare with")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(versions, st.sampled_from(RELATIONS), versions), min_size=15, max_size=30))
def test_agrees_with_dpkg(cases):
    script = 'while read -r a r b; do dpkg --compare-versions "$a" "$r" "$b"; echo $?; done'
    text = "".join(f"{a} {relation} {b}\n" for a, relation, b in cases)
    done = subprocess.run(["sh", "-c", script], input=text, capture_output=True, text=True, check=True)
    assert not done.stderr
    answers = [code == "0" for code in done.stdout.split()]
    assert answers == [satisfies(a, relation, b) for a, relation, b in cases]
