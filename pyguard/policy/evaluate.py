"""Facts and an Impact become a Verdict, by the rules and the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ..model.facts import Facts
from ..model.frozen import replace
from ..model.impact import Impact, ProtectedInstall
from ..model.plan import Basis
from ..model.settings import CondaBasePolicy, ContainerPolicy, InstallPolicy, Settings
from ..model.verdict import Allowance, Finding, Level, Verdict
from .rule import Rule
from .rules import (
    RULES,
    conda_base_changed,
    externally_managed_bypassed,
    facts_incomplete,
    os_distribution_shadowed,
    protected_interpreter_install,
)

PLACES = frozenset({protected_interpreter_install.ID, externally_managed_bypassed.ID})    # where, not what


def evaluate(facts: Facts, impact: Impact, settings: Settings, basis: Basis,
             rules: Sequence[Rule] = RULES, more: Sequence[Finding] = ()) -> Verdict:
    """Every rule's findings, and `more`, at their effective level; the verdict is the strictest of them."""
    found = [finding for rule in rules for finding in rule.check(facts, impact)]
    findings = [_settle(finding, facts, impact, settings) for finding in (*found, *more)
                if _matters(finding, facts, impact, settings)]
    level = max((finding.level for finding in findings), default=Level.ALLOW)
    return Verdict(level, tuple(findings), basis)


def _settle(finding: Finding, facts: Facts, impact: Impact, settings: Settings) -> Finding:
    level = _soften(finding, _level(finding, settings), facts, impact, settings)
    if settings.today and settings.today < settings.enforce_from:
        level = min(level, Level.WARN)
    allowance = _allowance(finding, settings.allowances)
    if allowance is None or level is Level.ALLOW:
        return replace(finding, level=level)
    if not settings.today or allowance.until < settings.today:
        return replace(finding, level=level, lapsed=allowance)
    return replace(finding, level=Level.ALLOW, allowance=allowance)


def _level(finding: Finding, settings: Settings) -> Level:
    """The rule's own, or the policy's for that rule; `conda-base = "refuse"` can only raise it."""
    level = dict(settings.levels).get(finding.rule, finding.level)
    if finding.rule == conda_base_changed.ID and settings.conda_base is CondaBasePolicy.REFUSE:
        return Level.BLOCK
    return level


def _soften(finding: Finding, level: Level, facts: Facts, impact: Impact, settings: Settings) -> Level:
    """What the policy says about the place of an install, for the findings that are about the place."""
    if _is_container(facts) and settings.containers is ContainerPolicy.ALLOW:
        return Level.ALLOW
    if (_is_container(facts) and settings.containers is ContainerPolicy.CONFLICTS and not finding.evidence
            and finding.rule == os_distribution_shadowed.ID):
        return Level.ALLOW    # nobody there stands on it
    if finding.rule in PLACES and _installs(facts, impact, settings) is not InstallPolicy.REFUSE:
        return Level.ALLOW
    return level


def _matters(finding: Finding, facts: Facts, impact: Impact, settings: Settings) -> bool:
    """What is not known about the plan decides only where an install passes for what it does not touch."""
    about_the_plan = finding.rule == facts_incomplete.ID and finding.subject == facts_incomplete.PLAN
    return not about_the_plan or _installs(facts, impact, settings) is InstallPolicy.SHADOW_ONLY


def _is_container(facts: Facts) -> bool:
    return facts.os.container and facts.interpreter.is_protected


def _installs(facts: Facts, impact: Impact, settings: Settings) -> InstallPolicy:
    if _is_container(facts) and settings.containers is not ContainerPolicy.REFUSE:
        return InstallPolicy.ALLOW
    for effect in impact.effects:
        if isinstance(effect, ProtectedInstall):
            return settings.user_installs if effect.scheme == "user_site" else settings.global_installs
    return InstallPolicy.REFUSE


def _allowance(finding: Finding, allowances: Sequence[Allowance]) -> Optional[Allowance]:
    """The one that ends last, of those that name the rule and this subject or none."""
    fitting = [allowance for allowance in allowances
               if allowance.rule == finding.rule and allowance.subject in ("", finding.subject)]
    return max(fitting, key=lambda allowance: allowance.until, default=None)
