"""A change in, the names it takes from others out: standard library modules, commands, pip itself. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ..model.facts import Facts, OwnerKind, PipBuild, RequesterKind, SiteDirectory
from ..model.impact import CommandShadow, PipReplaced, StdlibShadow
from ..model.plan import Basis, Change, Plan
from ..model.request import Action, Request

PROGRAMS = ("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")
# The order in which root's and users' PATH have them where a distribution sets it (login.defs, sudoers).
USUAL_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def taken_names(facts: Facts, request: Request, plan: Plan,
                change: Change) -> Iterator[StdlibShadow | CommandShadow | PipReplaced]:
    """What a change that arrives takes away besides the imports of other distributions."""
    if change.version is None or request.action is not Action.INSTALL:
        return
    yield from _stdlib(facts, plan, change)
    yield from taken_commands(facts, plan, change)
    if change.name == "pip" and (facts.pip is None or _is_the_operating_systems(facts.pip)):
        yield PipReplaced(change, facts.pip)


def _stdlib(facts: Facts, plan: Plan, change: Change) -> Iterator[StdlibShadow]:
    """Site directories come after the standard library; only PYTHONPATH puts one before it (site.py)."""
    site = _site_of(facts, plan)
    if site is None or site.scheme != "pythonpath":
        return
    for module in change.import_names:
        if module in facts.stdlib_modules:
            yield StdlibShadow(change, module, site.path, "PYTHONPATH")


def _site_of(facts: Facts, plan: Plan) -> SiteDirectory | None:
    places = (plan.target.purelib, plan.target.platlib)
    return next((site for site in facts.sites if site.path in places), None)


def taken_commands(facts: Facts, plan: Plan, change: Change) -> Iterator[CommandShadow]:
    """Programs of OS packages of the same name that come later on PATH.

    Before its files are there a distribution's commands are not known: its own name is assumed to be one.
    """
    assumed = not change.commands and plan.basis in (Basis.DECLARED, Basis.RESOLVED)
    path = facts.environment.path or USUAL_PATH
    for name in change.commands or ((change.name,) if assumed else ()):
        place = posixpath.normpath(posixpath.join(plan.target.scripts, name))    # a wheel may have ../sbin/x
        for requester in facts.requesters:
            owner = requester.owner
            if requester.kind is not RequesterKind.OS_PACKAGE or owner is None or owner.kind is not OwnerKind.OS:
                continue
            for command in requester.commands:
                same = posixpath.basename(command) == posixpath.basename(place)
                if same and command.startswith(PROGRAMS) and _comes_first(place, command, path):
                    yield CommandShadow(place, command, owner, change, assumed)


def _comes_first(place: str, command: str, path: tuple[str, ...]) -> bool:
    ours, theirs = posixpath.dirname(place), posixpath.dirname(command)
    if ours not in path:
        path = USUAL_PATH
    if ours not in path or theirs not in path:
        return False
    return path.index(ours) < path.index(theirs)


def _is_the_operating_systems(pip: PipBuild | None) -> bool:
    return pip is not None and pip.owner is not None and pip.owner.kind is OwnerKind.OS
