"""What is in a list is in a file, and the other way round: rules, their documentation, their scenarios."""

from __future__ import annotations

import re

import pytest

from pyguard.policy.audited import AUDIT_ONLY
from pyguard.policy.audited import AUDITED as RULES
from pyguard.policy.rule import Rule
from pyguard.policy.rules import AUDIT_LEVELS
from pyguard.render.rules import render_rule_table
from tests.scenarios import SCENARIOS, TOP, read_scenario, scenario_files

HEADINGS = ("## Why is this bad?", "## Example", "## What to do instead")


def file_name(rule: Rule) -> str:
    return str(getattr(rule, "__name__")).rsplit(".", 1)[-1]    # noqa: B009  # a module is the object


def test_every_rule_module_is_listed() -> None:
    files = {path.stem for path in (TOP / "pyguard/policy/rules").glob("*.py")} - {"__init__"}
    assert files == {file_name(rule) for rule in RULES}


def test_a_policy_may_name_every_rule_of_an_audit() -> None:
    assert {rule.ID: rule.LEVEL for rule in AUDIT_ONLY} == AUDIT_LEVELS


@pytest.mark.parametrize("rule", RULES, ids=[rule.ID for rule in RULES])
def test_a_rule_is_documented(rule: Rule) -> None:
    assert file_name(rule) == rule.ID.replace("-", "_")
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", rule.ID)
    document = rule.__doc__ or ""
    assert [line for line in document.splitlines() if line.startswith("## ")] == list(HEADINGS)
    assert document.split("\n")[0].endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=[rule.ID for rule in RULES])
def test_a_rule_has_scenarios(rule: Rule) -> None:
    expected = [read_scenario(path).expect for path in scenario_files() if path.parent.name == rule.ID]
    assert any(rule.ID in expect.rules for expect in expected), "no scenario fires it"
    assert any(rule.ID not in expect.rules for expect in expected), "no scenario stays quiet"


def test_every_scenario_folder_is_a_rule() -> None:
    assert {path.name for path in SCENARIOS.iterdir()} <= {rule.ID for rule in RULES}


def test_the_readme_has_the_generated_table() -> None:
    assert render_rule_table(RULES) in (TOP / "README.md").read_text(encoding="utf-8")
