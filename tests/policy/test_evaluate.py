"""Findings, their levels under a policy, and the verdict they add up to."""

from __future__ import annotations

import pytest

from pyguard.decide import decide
from pyguard.model.settings import InstallPolicy, Settings
from pyguard.model.verdict import Allowance, Level, Verdict
from pyguard.plan.declared import declare
from pyguard.policy.rules import RULES
from tests.builders import a_request, a_wanted, some_facts


def verdict(settings: Settings, name: str = "cryptography==42.0") -> Verdict:
    facts, request = some_facts(), a_request(a_wanted(name))
    return decide(facts, request, declare(request, facts), settings).verdict


def levels(found: Verdict) -> dict[str, Level]:
    return {finding.rule: finding.level for finding in found.findings}


def test_without_a_policy_everything_blocks() -> None:
    found = verdict(Settings())
    assert found.level is Level.BLOCK
    assert levels(found) == {"os-package-bound-violated": Level.BLOCK, "os-distribution-shadowed": Level.BLOCK,
                             "protected-interpreter-install": Level.BLOCK}


@pytest.mark.parametrize("policy", [InstallPolicy.SHADOW_ONLY, InstallPolicy.ALLOW])
def test_installs_that_touch_nothing_can_be_allowed(policy: InstallPolicy) -> None:
    settings = Settings(global_installs=policy, user_installs=policy)
    assert verdict(settings, "cowsay==1.0").level is Level.ALLOW
    assert verdict(settings).level is Level.BLOCK


def test_user_and_global_installs_are_told_apart() -> None:
    assert verdict(Settings(global_installs=InstallPolicy.ALLOW), "cowsay==1.0").level is Level.BLOCK    # a user's


def test_a_level_from_the_policy() -> None:
    settings = Settings(levels=tuple((rule.ID, Level.WARN) for rule in RULES))
    assert verdict(settings).level is Level.WARN


def test_an_allowance_is_kept_and_shown() -> None:
    allowance = Allowance("os-package-bound-violated", "python3-openssl", "tested by us", "2027-01-01")
    finding = verdict(Settings(allowances=(allowance,))).findings[0]
    assert finding.level is Level.ALLOW and finding.allowance == allowance


def test_an_allowance_for_another_subject_does_not_count() -> None:
    allowance = Allowance("os-package-bound-violated", "python3-other", "no", "")
    assert verdict(Settings(allowances=(allowance,))).findings[0].level is Level.BLOCK
