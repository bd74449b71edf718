"""Facts and an Impact become a Verdict, by the rules and the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from ..model.facts import Facts
from ..model.impact import Impact, ProtectedInstall
from ..model.plan import Basis
from ..model.settings import InstallPolicy, Settings
from ..model.verdict import Allowance, Finding, Level, Verdict
from .rule import Rule
from .rules import RULES, protected_interpreter_install


def evaluate(facts: Facts, impact: Impact, settings: Settings, basis: Basis,
             rules: Sequence[Rule] = RULES) -> Verdict:
    """Every rule's findings at their effective level; the verdict is the strictest of them."""
    findings = [_settle(finding, impact, settings)
                for rule in rules for finding in rule.check(facts, impact)]
    level = max((finding.level for finding in findings), default=Level.ALLOW)
    return Verdict(level, tuple(findings), basis)


def _settle(finding: Finding, impact: Impact, settings: Settings) -> Finding:
    level = dict(settings.levels).get(finding.rule, finding.level)
    if finding.rule == protected_interpreter_install.ID and _installs(impact, settings) is not InstallPolicy.REFUSE:
        level = Level.ALLOW
    allowance = _allowance(finding, settings.allowances)
    if allowance is not None:
        return replace(finding, level=Level.ALLOW, allowance=allowance)
    return replace(finding, level=level)


def _installs(impact: Impact, settings: Settings) -> InstallPolicy:
    for effect in impact.effects:
        if isinstance(effect, ProtectedInstall):
            return settings.user_installs if effect.scheme == "user_site" else settings.global_installs
    return InstallPolicy.REFUSE


def _allowance(finding: Finding, allowances: Sequence[Allowance]) -> Optional[Allowance]:
    for allowance in allowances:
        if allowance.rule == finding.rule and allowance.subject in ("", finding.subject):
            return allowance
    return None
