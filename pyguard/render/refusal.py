"""A Decision that is not allowed becomes the few lines a person reads: what, because of whom, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.decision import Decision
from ..model.impact import BrokenBound, BrokenRequirement, Overwrite, ProtectedInstall, Removal, Shadow
from ..model.plan import Effectiveness
from ..model.remedy import Remedy
from ..model.verdict import Level
from ..plan.destination import refused_by_pip
from .words import (
    abbreviate,
    change_name,
    command_line,
    listing,
    os_name,
    os_vendor,
    printable,
    shown_request,
    tools_listing,
    typed_request,
    wrap,
)

WORDS = {Level.BLOCK: "refused", Level.WARN: "warning"}
SHOWN_AT_RISK = 3
LABEL_WIDTH = 10
SITE_NAMES = ("/site-packages", "/dist-packages")


def render_refusal(decision: Decision, before: str = "", explained_before: str = "") -> str:
    """The whole message, ending in a newline; safe to send to a terminal.

    `before`: `sudo `, where that was typed before the command, and whether it can be before `pyguard explain`.
    """
    command = typed_request(decision.request)
    lines = [f"pyguard: {WORDS.get(decision.verdict.level, 'allowed')}: {shown_request(decision.request)}"]
    lines += wrap(f"{_place(decision)} {_what(decision)}")
    lines += _risks(decision)
    lines += [f"  The allowance of {finding.rule} ended on {finding.lapsed.until}: {finding.lapsed.reason}"
              for finding in decision.verdict.findings if finding.lapsed is not None]
    lines += _remedies(decision)
    lines.append(f"  Why and what else: {explained_before}pyguard explain {command}")
    if decision.verdict.level is Level.BLOCK:
        lines.append(f"  Override, on the record: {before}PYGUARD_ALLOW='your reason' {command}")
        lines += _still_in_the_way(decision)
    return "\n".join(printable(line) for line in lines) + "\n"


def _still_in_the_way(decision: Decision) -> list[str]:
    """pyguard is not all that stands in the way: the tool has refusals of its own."""
    reason = refused_by_pip(decision.request, decision.facts)
    said = f"({decision.request.frontend} itself still refuses it: {reason})"
    return [f"  {'':<{LABEL_WIDTH - 1}} {said}"] if reason else []


def _place(decision: Decision) -> str:
    interpreter = decision.facts.interpreter
    if interpreter.is_protected:
        return f"{interpreter.path} is {os_name(decision.facts.os)}'s own Python."
    return f"{interpreter.path} is a {interpreter.kind.value} Python."


def _what(decision: Decision) -> str:
    removals = [effect for effect in decision.impact.effects
                if isinstance(effect, Removal) and effect.change.version is None]
    if removals:
        gone = listing([f"{effect.distribution.name} {effect.distribution.version}" for effect in removals])
        return f"This would remove {gone} from it, which belongs to {listing(_owners(removals))}."
    install = next((effect for effect in decision.impact.effects if isinstance(effect, ProtectedInstall)), None)
    if install is None:
        return "; ".join(finding.summary for finding in decision.verdict.findings)
    names = listing([change_name(change) for change in install.changes]) or "something"
    site = abbreviate(install.site, decision.facts.environment.home)
    if any(remedy.id == "os-package" and not remedy.steps for remedy in decision.remedies):
        rest = _consequence(decision, install)
        return f"{names} is there already; whatever else this brings would go to {site}, {rest}"
    return f"This would put {names} in {site}, {_consequence(decision, install)}{_own_damage(decision)}"


def _own_damage(decision: Decision) -> str:
    """What pip itself does on the way: it deletes what is in the way, or stops there."""
    replaced = [effect for effect in decision.impact.effects
                if isinstance(effect, Removal) and effect.change.version is not None]
    if replaced:
        return f" This pip would delete {listing(_owners(replaced))}'s files first."
    stopping = [effect for effect in decision.impact.effects
                if isinstance(effect, Shadow) and effect.outcome is Effectiveness.REFUSED]
    if stopping:
        return f" As it is, pip itself would stop at {stopping[0].loser.name}: {stopping[0].because}."
    return ""


def _owners(removals: Sequence[Removal]) -> list[str]:
    return sorted({effect.distribution.owner.name for effect in removals if effect.distribution.owner})


def _consequence(decision: Decision, install: ProtectedInstall) -> str:
    whose = _whose(decision, install)
    overwritten = [effect for effect in decision.impact.effects if isinstance(effect, Overwrite)]
    if overwritten:
        return f"over the files of {listing(sorted({effect.owner.name for effect in overwritten}))}."
    shadows = [effect for effect in decision.impact.effects if isinstance(effect, Shadow)]
    if not shadows:
        return f"where {whose} looks for its imports."
    vendor = os_vendor(decision.facts.os)
    losers = [f"{vendor}'s {effect.loser.name if len(install.changes) > 1 else ''} {effect.loser.version}"
              f" ({effect.loser.owner.name if effect.loser.owner else ''})".replace("  ", " ") for effect in shadows]
    return f"in front of {listing(losers)}, for {whose}."


def _whose(decision: Decision, install: ProtectedInstall) -> str:
    """Which programs import from there: by what puts the directory on sys.path."""
    facts = decision.facts
    target = decision.plan.target
    schemes = {site.scheme for site in facts.sites if site.path in (target.purelib, target.platlib)}
    if schemes == {"pythonpath"} and not install.site.endswith(SITE_NAMES):    # else it may be there in any case
        return "every program started with this PYTHONPATH"
    if schemes == {"user_site"} and install.scheme != "user_site" and not _is_own(decision, install.site):
        return "every system tool its owner runs"
    return "every system tool you run" if "user_site" in {*schemes, install.scheme} else "every system tool"


def _is_own(decision: Decision, site: str) -> bool:
    environment = decision.facts.environment
    bases = (environment.home.rstrip("/"), environment.get("PYTHONUSERBASE").rstrip("/"))
    return any(base and site.startswith(f"{base}/") for base in bases)


def _risks(decision: Decision) -> list[str]:
    lines: list[str] = []
    using: dict[str, None] = {}
    for effect in decision.impact.effects:
        if isinstance(effect, (Shadow, Removal)):
            using.update(dict.fromkeys(effect.requesters))
        if isinstance(effect, BrokenBound):
            version = effect.requester.owner.version if effect.requester.owner else ""
            others = [tool for tool in effect.tools if tool != effect.requester.name]
            lines.append(_risk(f"{effect.requester.name} {version} needs {effect.bound}", others))
        elif isinstance(effect, BrokenRequirement):
            owner = effect.distribution.owner
            name = owner.name if owner else effect.distribution.name
            lines.append(_risk(f"{name} requires {effect.requirement}", effect.tools))
    if lines:
        hidden = len(lines) - SHOWN_AT_RISK
        shown = lines[:SHOWN_AT_RISK] + ([f"  {hidden} more bounds would no longer hold"] if hidden > 0 else [])
        return shown
    if using:
        return [f"  Used by: {tools_listing(tuple(using))}"]
    return _unknown(decision)


def _risk(text: str, tools: Sequence[str]) -> str:
    return f"  At risk: {text}" + (f": {tools_listing(tools)}" if tools else "")


def _unknown(decision: Decision) -> list[str]:
    if decision.impact.gaps:
        gap = decision.impact.gaps[0]
        return wrap(f"Not known at this depth: {gap.subject}: {gap.reason}")
    return []


def _remedies(decision: Decision) -> list[str]:
    shown = list(decision.remedies[:1])
    conda = next((remedy for remedy in decision.remedies[1:] if remedy.id == "conda-create"), None)
    if conda is not None:
        shown.append(conda)
    lines: list[str] = []
    for label, remedy in zip(("Instead:", "Or:"), shown):
        lines += _steps(label, remedy)
    return lines


def _steps(label: str, remedy: Remedy) -> list[str]:
    commands = [command_line(step.argv) for step in remedy.steps] or [remedy.note]
    labels = [label] + [""] * (len(commands) - 1)
    lines = [f"  {name:<{LABEL_WIDTH - 1}} {command}" for name, command in zip(labels, commands)]
    if remedy.steps and remedy.note:
        lines.append(f"  {'':<{LABEL_WIDTH - 1}} ({remedy.note})")
    return lines
