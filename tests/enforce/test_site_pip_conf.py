"""The setting is merged into any pip.conf, read back as pip's own parser reads it, and taken out again."""

from __future__ import annotations

import configparser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import NormalizedName

from pyguard.enforce.marked import without_ours
from pyguard.enforce.site_pip_conf import BUILD_TOOLS, constraints, merge
from pyguard.errors import PyguardError
from pyguard.model.facts import Distribution, Owner, OwnerKind

FILES = (
    "", "[global]\ntimeout = 60\n", "[install]\n", "[install]\nno-compile = yes\n[global]\ntimeout = 60\n",
    "[install]\nconstraint = /a.txt\n", "[install]\nconstraint = /a.txt\n    /b.txt\nuser = no\n",
    "# a comment\n[global]\nindex-url = https://example.org/simple\n\n[install]\nconstraint: /a.txt\n\n[list]\nx = 1",
    "[global]\nconstraint = /other.txt\n",
)


def read(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return parser


@pytest.mark.parametrize("text", FILES)
def test_constraint_is_added_to_those_that_are_there(text: str) -> None:
    before, after = read(text), read(merge(text, "constraint", "/ours.txt"))
    had = before.get("install", "constraint", fallback="").split()
    assert after.get("install", "constraint").split() == [*had, "/ours.txt"]
    for section in before.sections():
        for key, value in before.items(section):
            if (section, key) != ("install", "constraint"):
                assert after.get(section, key) == value


@pytest.mark.parametrize("text", FILES)
def test_our_lines_come_out_again(text: str) -> None:
    merged = merge(text, "constraint", "/ours.txt")
    whole = text if text.endswith("\n") or not text else text + "\n"
    assert without_ours(merged.encode()).decode() in (whole, whole + "[install]\n")


@given(st.text(alphabet="[]install=constraint:\n #/a.", max_size=60))
def test_any_text_comes_out_again(text: str) -> None:
    """Whatever is in the file: taking our lines away leaves what was there, up to a last line break and a header."""
    merged = merge(text, "constraint", "/ours.txt")
    left = without_ours(merged.encode()).decode()
    assert left.rstrip("\n") == text.rstrip("\n") or left.removesuffix("[install]\n").rstrip("\n") == text.rstrip("\n")


def test_what_others_write_below_our_lines_stays_in_its_section() -> None:
    left = without_ours((merge("", "constraint", "/ours.txt") + "no-compile = yes\n").encode()).decode()
    assert read(left).get("install", "no-compile") == "yes" and not read(left).has_option("install", "constraint")


def test_contrary_setting_is_left() -> None:
    assert read(merge("", "require-virtualenv", "true")).get("install", "require-virtualenv") == "true"
    with pytest.raises(PyguardError) as error:
        merge("[install]\nrequire_virtualenv = no\n", "require-virtualenv", "true")
    assert error.value.reference == "setting-exists"


def test_constraints_pin_what_the_os_owns_but_no_build_tools() -> None:
    def made(name: str, version: str, kind: OwnerKind) -> Distribution:
        owner = Owner(kind, f"python3-{name}")
        return Distribution(NormalizedName(name), version, "/usr/lib/python3/dist-packages", owner)

    text = constraints([made("six", "1.16.0", OwnerKind.OS), made("setuptools", "66.1.1", OwnerKind.OS),
                        made("odd", "1.0-really-2", OwnerKind.OS), made("own", "1", OwnerKind.LOCAL)])
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["six==1.16.0"]
    assert {"setuptools", "wheel", "pip", "packaging", "hatchling", "flit-core"} <= BUILD_TOOLS
