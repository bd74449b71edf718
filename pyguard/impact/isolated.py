"""Facts and a target in, the OS packages whose programs never look there out, by `-s`, `-E`, `-I`. Pure.

python(1): -s leaves out the user site, -E what PYTHONPATH names, -I both. Fedora's site.py adds /usr/local
only together with the user site; Debian's has it in any case.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..model.facts import Facts, RequesterKind
from ..model.frozen import replace
from ..model.impact import BrokenBound, BrokenRequirement, Effect, Overwrite, Removal, Shadow
from ..model.plan import Target

LEAVES_OUT = {"user_site": frozenset({"-s", "-I"}), "posix_local": frozenset({"-s", "-I"}),
              "pythonpath": frozenset({"-E", "-I"})}


def isolated_packages(facts: Facts, target: Target) -> frozenset[str]:
    """Packages that ship Python scripts and no other program, all with a flag that keeps the target off sys.path."""
    flags = _flags_against(facts, target)
    if not flags:
        return frozenset()
    exposed: set[str] = set()
    scripts: dict[str, set[str]] = {}
    for requester in facts.requesters:
        if requester.kind is RequesterKind.SCRIPT and requester.owner is not None:
            scripts.setdefault(requester.owner.name, set()).add(requester.name)
            if flags.isdisjoint(requester.flags):
                exposed.add(requester.owner.name)
    for requester in facts.requesters:
        if {command for command in requester.commands if command.startswith("/")} - scripts.get(requester.name, set()):
            exposed.add(requester.name)
    return frozenset(scripts) - exposed


def _flags_against(facts: Facts, target: Target) -> frozenset[str]:
    schemes = {site.scheme for site in facts.sites if site.path in (target.purelib, target.platlib)}
    if len(schemes) != 1 or (schemes == {"posix_local"} and any(site.scheme == "deb_system" for site in facts.sites)):
        return frozenset()
    return LEAVES_OUT.get(schemes.pop(), frozenset())


def spare(effects: Iterable[Effect], isolated: frozenset[str]) -> list[Effect]:
    """The effects without those packages among the tools at risk; what loses its files hits them all the same."""
    found = list(effects)
    if not isolated or any(isinstance(effect, (Removal, Overwrite)) for effect in found):
        return found
    return [_without(effect, isolated) for effect in found]


def _without(effect: Effect, isolated: frozenset[str]) -> Effect:
    if isinstance(effect, Shadow):
        return replace(effect, requesters=_rest(effect.requesters, isolated))
    if isinstance(effect, (BrokenBound, BrokenRequirement)):
        return replace(effect, tools=_rest(effect.tools, isolated))
    return effect


def _rest(tools: tuple[str, ...], isolated: frozenset[str]) -> tuple[str, ...]:
    return tuple(tool for tool in tools if tool not in isolated)
