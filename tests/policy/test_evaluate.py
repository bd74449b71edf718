"""Findings, their levels under a policy, and the verdict they add up to."""

from __future__ import annotations

import pytest

from pyguard.decide import decide
from pyguard.model.facts import (
    EnvironmentKind,
    Facts,
    Gap,
    Interpreter,
    OperatingSystem,
    OwnerKind,
    SiteDirectory,
)
from pyguard.model.impact import Impact, Removal
from pyguard.model.plan import Basis, Change
from pyguard.model.settings import CondaBasePolicy, ContainerPolicy, InstallPolicy, Settings
from pyguard.model.verdict import Allowance, Level, Verdict
from pyguard.plan.declared import declare
from pyguard.policy.evaluate import evaluate
from pyguard.policy.rules import RULES
from tests.builders import OS_SITE, a_distribution, a_request, a_wanted, some_facts

TODAY = "2026-06-01"


def verdict(settings: Settings, name: str = "cryptography==42.0", facts: object = None, **request: object) -> Verdict:
    facts, request = facts or some_facts(), a_request(a_wanted(name), **request)    # type: ignore[assignment]
    return decide(facts, request, declare(request, facts), settings).verdict


def levels(found: Verdict) -> dict[str, Level]:
    return {finding.rule: finding.level for finding in found.findings}


def test_without_a_policy_everything_blocks() -> None:
    found = verdict(Settings())
    assert found.level is Level.BLOCK
    assert levels(found) == {"os-package-bound-violated": Level.BLOCK, "os-distribution-shadowed": Level.BLOCK,
                             "protected-interpreter-install": Level.BLOCK}


def test_installs_that_touch_nothing_known_can_be_allowed() -> None:
    settings = Settings(global_installs=InstallPolicy.ALLOW, user_installs=InstallPolicy.ALLOW)
    assert verdict(settings, "cowsay==1.0").level is Level.ALLOW
    assert verdict(settings).level is Level.BLOCK


def test_shadow_only_does_not_pass_what_is_not_known() -> None:
    settings = Settings(global_installs=InstallPolicy.SHADOW_ONLY, user_installs=InstallPolicy.SHADOW_ONLY)
    found = verdict(settings, "cowsay==1.0")    # its dependencies were not looked up at this depth
    assert levels(found) == {"protected-interpreter-install": Level.ALLOW, "facts-incomplete": Level.BLOCK}
    assert verdict(settings, "cowsay==1.0", no_deps=True).level is Level.ALLOW
    assert verdict(settings, no_deps=True).level is Level.BLOCK


def test_global_and_user_installs_each_have_their_say() -> None:
    system = {"uid": 0, "break_system_packages": None}
    for settings, global_level, user_level in (
            (Settings(global_installs=InstallPolicy.ALLOW), Level.ALLOW, Level.BLOCK),
            (Settings(user_installs=InstallPolicy.ALLOW), Level.BLOCK, Level.ALLOW)):
        assert verdict(settings, "cowsay==1.0", **system).level is global_level
        assert verdict(settings, "cowsay==1.0", uid=1000).level is user_level


def test_user_and_global_installs_are_told_apart() -> None:
    assert verdict(Settings(global_installs=InstallPolicy.ALLOW), "cowsay==1.0").level is Level.BLOCK    # a user's


def test_a_level_from_the_policy() -> None:
    settings = Settings(levels=tuple((rule.ID, Level.WARN) for rule in RULES))
    assert verdict(settings).level is Level.WARN


def test_an_allowance_is_kept_and_shown() -> None:
    allowance = Allowance("os-package-bound-violated", "python3-openssl", "tested by us", "2027-01-01")
    finding = verdict(Settings(allowances=(allowance,), today=TODAY)).findings[0]
    assert finding.level is Level.ALLOW and finding.allowance == allowance


def test_an_allowance_for_another_subject_does_not_count() -> None:
    allowance = Allowance("os-package-bound-violated", "python3-other", "no", "2027-01-01")
    assert verdict(Settings(allowances=(allowance,), today=TODAY)).findings[0].level is Level.BLOCK


@pytest.mark.parametrize("today", ["2027-01-02", ""])
def test_an_allowance_ends_with_its_day_and_says_so(today: str) -> None:
    allowance = Allowance("os-package-bound-violated", "", "tested by us", "2027-01-01")
    finding = verdict(Settings(allowances=(allowance,), today=today)).findings[0]
    assert finding.level is Level.BLOCK and finding.lapsed == allowance and finding.allowance is None


def test_an_allowance_holds_on_its_last_day() -> None:
    allowance = Allowance("os-package-bound-violated", "", "tested by us", "2027-01-01")
    finding = verdict(Settings(allowances=(allowance,), today="2027-01-01")).findings[0]
    assert finding.allowance == allowance and finding.lapsed is None


def test_of_two_allowances_the_one_that_lasts_counts() -> None:
    both = tuple(Allowance("os-package-bound-violated", "", "tested", until) for until in ("2026-01-01", "2027-01-01"))
    assert verdict(Settings(allowances=both, today=TODAY)).findings[0].allowance == both[1]


@pytest.mark.parametrize(("today", "level"), [
    ("2026-06-30", Level.WARN), ("2026-07-01", Level.BLOCK), ("2026-07-02", Level.BLOCK), ("", Level.BLOCK)])
def test_before_the_date_there_are_only_warnings(today: str, level: Level) -> None:
    assert verdict(Settings(enforce_from="2026-07-01", today=today)).level is level


@pytest.mark.parametrize(("policy", "harmless", "harmful"), [
    (ContainerPolicy.CONFLICTS, Level.ALLOW, Level.BLOCK),
    (ContainerPolicy.REFUSE, Level.BLOCK, Level.BLOCK),
    (ContainerPolicy.ALLOW, Level.ALLOW, Level.ALLOW)])
def test_in_a_container(policy: ContainerPolicy, harmless: Level, harmful: Level) -> None:
    facts = some_facts(os=OperatingSystem("debian", "12", "Debian GNU/Linux", container=True))
    settings = Settings(containers=policy)
    assert verdict(settings, "cowsay==1.0", facts=facts).level is harmless
    assert verdict(settings, facts=facts).level is harmful


def test_in_a_container_a_shadow_that_nobody_stands_on_passes() -> None:
    facts = some_facts(os=OperatingSystem("debian", "12", container=True), requesters=())
    assert verdict(Settings(), facts=facts).level is Level.ALLOW
    assert verdict(Settings(), facts=some_facts(requesters=())).level is Level.BLOCK


def conda_base() -> Facts:
    site = SiteDirectory("/opt/conda/lib/python3.11/site-packages", OwnerKind.CONDA, "conda", 0, writable=True)
    base = Interpreter("/opt/conda/bin/python", EnvironmentKind.CONDA_BASE, version="3.11.2", prefix="/opt/conda",
                       base_prefix="/opt/conda", stdlib="/opt/conda/lib/python3.11", writable=True)
    return some_facts(interpreter=base, sites=(site,), distributions=(), requesters=())


@pytest.mark.parametrize(("policy", "level"), [
    (CondaBasePolicy.WARN, Level.WARN), (CondaBasePolicy.REFUSE, Level.BLOCK)])
def test_conda_base(policy: CondaBasePolicy, level: Level) -> None:
    found = verdict(Settings(conda_base=policy), facts=conda_base())
    assert levels(found) == {"conda-base-changed": level}


def test_gaps_of_the_machine_block() -> None:
    facts = some_facts(gaps=(Gap("/var/lib/dpkg/status", "breaks off"),))
    assert levels(verdict(Settings(), "cowsay==1.0", facts=facts))["facts-incomplete"] is Level.BLOCK
    softened = Settings(levels=(("facts-incomplete", Level.WARN),))
    assert levels(verdict(softened, "cowsay==1.0", facts=facts))["facts-incomplete"] is Level.WARN


def test_where_nothing_is_installed_no_policy_on_installs_lets_anything_pass() -> None:
    """An uninstall has no place that a policy could speak of: what is not known of its plan decides nothing."""
    removal = Removal(a_distribution(), Change("cryptography", None, OS_SITE), ("certbot",))
    gap = Gap("dependencies", "were not looked up")
    for policy in InstallPolicy:
        settings = Settings(global_installs=policy, user_installs=policy)
        found = evaluate(some_facts(), Impact((removal,), (gap,)), settings, Basis.DECLARED)
        assert levels(found) == {"os-files-changed": Level.BLOCK}
