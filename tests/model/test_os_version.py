"""The version orders of rpm, pacman and apk: rpm's against rpm itself, the others against their manuals."""

from __future__ import annotations

import itertools
import random
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.model import apk_version, rpm_version
from pyguard.model.facts import Bound
from pyguard.model.os_version import satisfies
from pyguard.model.versions import bound_holds, bound_must_break, os_bound_holds

PIECES = ("0", "1", "2", "10", "01", "a", "b", "rc", "~", "^", ".", "_", "+", "")


def test_rpm_agrees_with_rpm() -> None:
    if not shutil.which("rpm"):
        pytest.skip("needs the program rpm")
    chosen = random.Random(668)
    words = ["".join(chosen.choices(PIECES, k=chosen.randint(1, 6))) for _ in range(150)]
    pairs = [(a, b) for a, b in itertools.product(words[:60], words) if a and b]
    answers: list[int] = []
    for start in range(0, len(pairs), 1500):
        table = "".join(f'{{"{a}","{b}"}},' for a, b in pairs[start:start + 1500])
        script = f"%{{lua:for _,p in ipairs({{{table}}}) do print(rpm.vercmp(p[1],p[2])..' ') end}}"
        done = subprocess.run(["rpm", "--eval", script], capture_output=True, text=True, check=True, timeout=60)
        answers += [int(word) for word in done.stdout.split()]
    assert len(answers) == len(pairs)
    wrong = [(pair, answer) for pair, answer in zip(pairs, answers)
             if rpm_version.compare_part(*pair) != answer]
    assert wrong == []


@pytest.mark.parametrize(("a", "b", "expected"), [
    ("1.0-1", "1.0-2", -1), ("1.0", "1.0-2", 0), ("1:1.0-1", "2.0-1", 1), ("1.0~rc1-1", "1.0-1", -1),
    ("1.0^git1-1", "1.0-1", 1), ("0:1.0", "1.0", 0)])
def test_epoch_version_release(a: str, b: str, expected: int) -> None:
    assert rpm_version.compare(a, b) == expected
    assert rpm_version.compare(b, a) == -expected


PACMAN_ORDER = ("1.0a", "1.0alpha", "1.0b", "1.0beta", "1.0p", "1.0pre", "1.0rc", "1.0", "1.0.a", "1.0.1")


def test_pacmans_order_is_that_of_its_manual() -> None:
    for (i, a), (j, b) in itertools.product(enumerate(PACMAN_ORDER), repeat=2):
        assert rpm_version.compare_pacman(a, b) == (i > j) - (i < j), (a, b)
    assert rpm_version.compare_pacman("1:1.0-1", "2.0-1") == 1
    assert rpm_version.compare_pacman("1.0-2", "1.0-1") == 1 and rpm_version.compare_pacman("1.0-2", "1.0") == 0


APK_ORDER = ("1.0_alpha", "1.0_alpha2", "1.0_beta1", "1.0_pre1", "1.0_rc1", "1.0_rc2", "1.0", "1.0_git20200101",
             "1.0_p1", "1.0a", "1.0.1", "1.2", "1.10")


def test_apks_order() -> None:
    for (i, a), (j, b) in itertools.product(enumerate(APK_ORDER), repeat=2):
        assert apk_version.compare(a, b) == (i > j) - (i < j), (a, b)
    assert apk_version.compare("1.0-r1", "1.0-r10") == -1 and apk_version.compare("1.0-r1", "1.0") == 0
    assert apk_version.compare("what", "when") == -1
    assert apk_version.is_prefix("3.12", "3.12.4-r0") and not apk_version.is_prefix("3.12", "3.13.0")
    assert apk_version.is_prefix("x", "xy")


@given(st.text(alphabet="0123abz.~^_-:", max_size=10), st.text(alphabet="0123abz.~^_-:", max_size=10))
def test_orders_are_orders(a: str, b: str) -> None:
    for compare in (rpm_version.compare, rpm_version.compare_pacman, apk_version.compare):
        assert compare(a, b) == -compare(b, a)
        assert compare(a, a) == 0


@pytest.mark.parametrize(("scheme", "version", "relation", "bound", "expected"), [
    ("", "1.0-1", "<<", "1.0-2", True), ("rpm", "1.0-1", "<", "1.0", False), ("rpm", "1.0-1", "<=", "1.0", True),
    ("rpm", "2.0-1", ">", "1.0", True), ("rpm", "1.0-1", "=", "1.0", True), ("rpm", "1.0", ">=", "1.1", False),
    ("rpm", "1.0-1", "<<", "2", True), ("rpm", "2", ">>", "1", True), ("python", "1.0rc1", "<", "1.0", True),
    ("python", "what", "<", "1.0", True), ("apk", "3.12.4-r1", "~", "3.12", True), ("apk", "1.0", "", "", True),
    ("pacman", "1.0rc", "<", "1.0", True)])
def test_relations(scheme: str, version: str, relation: str, bound: str, expected: bool) -> None:
    assert satisfies(scheme, version, relation, bound) is expected


@pytest.mark.parametrize("scheme", ["", "rpm", "python"])
def test_an_unknown_relation_is_an_error(scheme: str) -> None:
    with pytest.raises(ValueError, match="relation"):
        satisfies(scheme, "1", "?", "1")


def test_bounds_of_each_kind() -> None:
    capability = Bound("python3-cryptography", "<", "40", "python")
    assert os_bound_holds(capability, "1:36.0.1-4.el9") and not os_bound_holds(capability, "41.0.7-1.fc39")
    assert not bound_holds(capability, "42.0", "36.0.1-4.el9") and bound_holds(capability, "39.0", "36.0.1-4.el9")
    plain = Bound("python3-cryptography", "<", "1:40", "rpm")
    assert bound_holds(plain, "39.0", "1:36.0.1-4.el9") and not bound_holds(plain, "40.0", "1:36.0.1-4.el9")
    assert bound_must_break(plain, ">=40", "1:36-1") and not bound_must_break(plain, ">=39", "1:36-1")
