"""The text of a policy file: what is wrong is one error with its line, whatever stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.model.verdict import Level
from pyguard.settings import PolicyError, Source
from pyguard.settings.parse import Statement, _Reader, parse_policy

RULES = {"os-files-changed": Level.BLOCK, "conda-base-changed": Level.WARN}
PROJECT = "/home/alice/work/pyproject.toml"
MACHINE = "/etc/pyguard/policy.toml"


def parse(text: str) -> tuple[Statement, ...]:
    return parse_policy(text, MACHINE, Source.MACHINE, RULES)


@pytest.mark.parametrize(("text", "line", "said"), [
    ("user-installs = ", 1, "no TOML"),
    ('\nuser-instals = "allow"', 2, "there is no setting 'user-instals'"),
    ('user-installs = "never"', 1, "one of refuse, shadow-only, allow"),
    ("user-installs = true", 1, "one of refuse"),
    ('enforce-from = "soon"', 1, "a date such as"),
    ("enforce-from = 2027-01-01T00:00:00", 1, "a date such as"),
    ("shield-exceptions = '/usr/bin/x'", 1, "a list of absolute paths"),
    ("shield-exceptions = ['x']", 1, "a list of absolute paths"),
    ("levels = 3", 1, "levels is a table"),
    ('[levels]\nos-files-changed = "loud"', 2, "is allow or warn or block"),
    ('[levels]\nno-such-rule = "warn"', 2, "there is no rule 'no-such-rule'"),
    ("allow = 3", 1, "a table of its own"),
    ('[[allow]]\nrule = "os-files-changed"\nuntil = 2027-01-01', 1, "not go without reason"),
    ('[[allow]]\nrule = "os-files-changed"\nreason = "x"', 1, "not go without until"),
    ('[[allow]]\nreason = "x"\nuntil = 2027-01-01', 1, "not go without rule"),
    ('[[allow]]\nrule = "nope"\nreason = "x"\nuntil = 2027-01-01', 2, "there is no rule 'nope'"),
    ('[[allow]]\nrule = "os-files-changed"\nreason = "x"\nuntil = 3', 4, "a date such as"),
    ('[[allow]]\nrule = "os-files-changed"\nreason = 4\nuntil = 2027-01-01', 3, "reason is a text"),
    ('[[allow]]\nrule = "os-files-changed"\nfor = "x"', 3, "an allowance has no 'for'"),
    (f"enforce-from = {'9' * 5000}", 1, "no TOML"), (f"levels = {'[' * 5000}", 1, "no TOML"),
    (f"redirect = 0x{'f' * 5000}", 0, "makes no sense"),
    ("[tool.pyguard]\nredirect = 'ask'", 0, "there is no setting 'tool'")])
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse(text)
    assert said in caught.value.message
    assert caught.value.context == MACHINE + (f":{line}" if line else "")


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_a_project_with_a_value_beyond_measure(value: str) -> None:
    with pytest.raises(PolicyError, match="no TOML"):
        parse_policy(f"[tool.pyguard]\nlevels = {value}", PROJECT, Source.PROJECT, RULES)


def test_what_check_reads_in_a_project_is_no_policy() -> None:
    text = "[tool.pyguard.check]\nlevel = 'block'\n[tool.pyguard.levels]\nunused-ignore = 'block'\n"
    assert parse_policy(text, PROJECT, Source.PROJECT, RULES) == ()


def test_the_lines_of_a_project_are_those_of_the_whole_file() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy("[project]\nname = 'x'\n\n[tool.pyguard.levels]\nnope = 'warn'\n", PROJECT, Source.PROJECT, RULES)
    assert caught.value.context == f"{PROJECT}:5"
    with pytest.raises(PolicyError):
        parse_policy("tool = 3", PROJECT, Source.PROJECT, RULES)


KEYS = ["rule", "reason", "until", "os-files-changed", "x"]
TABLES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5) | st.dates().map(str) | st.sampled_from(["allow", "warn"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3), max_leaves=5)


@given(st.dictionaries(st.sampled_from(
    ["global-installs", "shield", "enforce-from", "shield-exceptions", "levels", "allow", "x"]), TABLES, max_size=3))
def test_any_table_is_read_or_is_one_error(data: dict[str, object]) -> None:
    try:
        statements = tuple(_Reader(MACHINE, {}, RULES).read(data))
    except PolicyError as error:
        assert error.context == MACHINE
    else:
        assert len(statements) >= len([key for key in data if key not in ("levels", "allow")])


@given(st.text())
def test_any_text_is_read_or_is_one_error(text: str) -> None:
    try:
        parse(text)
    except PolicyError as error:
        assert error.context.startswith(MACHINE)
