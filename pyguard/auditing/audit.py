"""A World becomes an AuditReport: every finder's effects, judged by the rules and the policy of the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Optional

from ..decide import Contributor
from ..errors import CollectError
from ..facts.ownership.contents import can_check_contents
from ..model.audit import NOT_ASKED, AuditReport
from ..model.contribution import Contribution
from ..model.facts import EnvironmentKind, Facts, Gap, Interpreter
from ..model.impact import Effect, Impact, Observed
from ..model.plan import Basis
from ..model.settings import Settings
from ..policy.audited import AUDITED
from ..policy.evaluate import evaluate
from .finders import FINDERS
from .finders.interface import Finder
from .finders.shadows import ARRIVED
from .world import World

Progress = Callable[[int, int], None]
NO_CONTENTS = Gap("the contents of OS files", "digests of this package manager are not read")
NO_PYTHON = Gap("the system's Python", "there is none here, or none that any OS package declares")


def audit(world: World, settings: Settings, finders: Sequence[Finder] = FINDERS,
          progress: Progress = lambda done, total: None, contribute: Optional[Contributor] = None) -> AuditReport:
    """What is so; a finder that could not look is a gap, and a gap is a finding.

    `contribute`: what plugins say to the effects that an install could have, too.
    """
    effects: list[Effect] = []
    gaps = list(world.gaps)
    for number, finder in enumerate(finders):
        progress(number, len(finders))
        try:
            effects.extend(finder.find(world))
        except (CollectError, OSError) as error:
            gaps.append(Gap(finder.NAME, error.message if isinstance(error, CollectError) else str(error)))
    progress(len(finders), len(finders))
    unique = tuple(dict.fromkeys(effects))
    added = Contribution()
    if contribute is not None:
        known = tuple(effect for effect in unique if not isinstance(effect, Observed))
        added = contribute(_facts(world, gaps), ARRIVED, Impact(known, happened=True))
    facts = _facts(world, [*gaps, *added.gaps])
    verdict = evaluate(facts, Impact(unique, facts.gaps, happened=True), settings, Basis.OBSERVED, AUDITED,
                       more=added.findings)
    findings = sorted(dict.fromkeys(verdict.findings), key=lambda finding: -finding.level)
    return AuditReport(world.os, world.interpreters, tuple(account.name for account in world.accounts),
                       tuple(findings), unique, tuple(_skipped(world)), world.host.root)


def _facts(world: World, gaps: Sequence[Gap]) -> Facts:
    """The first account's; a machine without a system Python has facts about nothing."""
    if not world.views:
        return Facts(world.os, Interpreter("", EnvironmentKind.UNKNOWN, runs_os_tools=bool(gaps)), gaps=tuple(gaps))
    facts = world.views[0].facts
    every = (gap for view in world.views for gap in view.facts.gaps)
    return replace(facts, gaps=tuple(dict.fromkeys((*gaps, *every))))


def _skipped(world: World) -> list[Gap]:
    found = []
    if not world.views:
        found.append(NO_PYTHON)
    if not world.contents:
        found.append(NOT_ASKED)
    elif not can_check_contents(world.host):
        found.append(NO_CONTENTS)
    return found
