"""The OS package, where the distribution has it in a version that will do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..model.facts import Facts, OwnerKind
from ..model.frozen import replace
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request, SourceKind, WantedDistribution
from ..model.versions import admits, upstream_part
from .constraints import bounds, with_bounds
from .programs import as_root, find_tool
from .target_python import applies

INSTALL = (("apt-get", ("apt-get", "install")), ("dnf", ("dnf", "install")), ("yum", ("yum", "install")))


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """One remedy when OS packages satisfy every requirement and constraint, installed already or to be installed.

    Only for the operating system's own Python: no other one imports what OS packages bring.
    """
    if request.action is not Action.INSTALL or not request.wanted or not facts.interpreter.is_protected:
        return
    python = facts.interpreter.minor
    known = None if request.no_deps or request.unread else bounds(facts, request, python)
    if known is None:
        return
    wanted_here = [replace(one, specifier=with_bounds(one, known)) for one in request.wanted
                   if applies(one, facts, python)]
    anew = request.upgrade or request.force_reinstall or request.ignore_installed
    present = {wanted.text: "" if anew else _installed(facts, wanted) for wanted in wanted_here}
    missing = [wanted for wanted in wanted_here if not present[wanted.text]]
    packages = [None if _is_chosen(request, wanted) else _available(facts, wanted) for wanted in missing]
    if None in packages or not wanted_here:
        return
    names = [name for name in present.values() if name]
    if not missing:
        yield Remedy("os-package", "already there", Safety.SAFE, (), reason="the operating system has it",
                     note=f"{', '.join(names)} is installed and satisfies this: there is nothing to do")
        return
    installer = next((argv for tool, argv in INSTALL if find_tool(facts, tool) is not None), None)
    if installer is None:
        return
    argv, runnable = as_root(facts, request.uid, (*installer, *dict.fromkeys(name for name in packages if name)))
    yield Remedy("os-package", "the OS package", Safety.CHANGES_OS, (Step(argv, needs_root=True),),
                 runnable=runnable, reason="the distribution has it in a version that satisfies this")


def _is_chosen(request: Request, wanted: WantedDistribution) -> bool:
    """From where and how it is built was asked for here and now, or the very file: another one is not meant."""
    configured = {setting.origin for setting in request.settings}
    asked = {*request.pip_only, request.source_only} - {""}
    return wanted.hashed or not asked <= configured


def _installed(facts: Facts, wanted: WantedDistribution) -> str:
    for distribution in facts.distributions:
        if (distribution.name == wanted.name and distribution.owner
                and distribution.owner.kind is OwnerKind.OS and _will_do(wanted, distribution.version)):
            return distribution.owner.name
    return ""


def _available(facts: Facts, wanted: WantedDistribution) -> Optional[str]:
    """The package that is known to hold this distribution; one that is merely called like it is another's."""
    package = dict(facts.os_names).get(wanted.name, "")
    version = dict(facts.archive).get(package, "")
    return package if version and _will_do(wanted, upstream_part(version)) else None


def _will_do(wanted: WantedDistribution, version: str) -> bool:
    if wanted.source is not SourceKind.INDEX or wanted.editable or wanted.extras:
        return False
    return admits(wanted.specifier, version) is True
