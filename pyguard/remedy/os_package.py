"""The OS package, where the distribution has it in a version that will do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..model.facts import Facts, OwnerKind
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request, SourceKind, WantedDistribution
from ..model.versions import admits, upstream_part

INSTALL = (("apt-get", ("apt-get", "install")), ("dnf", ("dnf", "install")), ("yum", ("yum", "install")))


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """One remedy when OS packages satisfy every requirement, installed already or to be installed."""
    if request.action is not Action.INSTALL or not request.wanted:
        return
    anew = request.upgrade or request.force_reinstall or request.ignore_installed
    present = {wanted.text: "" if anew else _installed(facts, wanted) for wanted in request.wanted}
    missing = [wanted for wanted in request.wanted if not present[wanted.text]]
    packages = [_available(facts, wanted) for wanted in missing]
    if None in packages:
        return
    names = [name for name in present.values() if name]
    if not missing:
        yield Remedy("os-package", "already there", Safety.SAFE, (),
                     note=f"{', '.join(names)} is installed and satisfies this: there is nothing to do")
        return
    installer = next((argv for tool, argv in INSTALL if any(tool == found.name for found in facts.tools)), None)
    if installer is None:
        return
    argv = (*installer, *(name for name in packages if name))
    as_root = any(found.name == "sudo" for found in facts.tools) and request.uid != 0
    yield Remedy("os-package", "the OS package", Safety.CHANGES_OS,
                 (Step(("sudo", *argv) if as_root else argv, needs_root=True),),
                 runnable=request.uid == 0 or as_root)


def _installed(facts: Facts, wanted: WantedDistribution) -> str:
    for distribution in facts.distributions:
        if (distribution.name == wanted.name and distribution.owner
                and distribution.owner.kind is OwnerKind.OS and _will_do(wanted, distribution.version)):
            return distribution.owner.name
    return ""


def _available(facts: Facts, wanted: WantedDistribution) -> Optional[str]:
    for name, version in facts.archive:
        if name in _candidates(wanted.name) and _will_do(wanted, upstream_part(version)):
            return name
    return None


def _candidates(name: str) -> tuple[str, ...]:
    """OS packages are named for the import name; the prefix `python-` of a distribution is not repeated."""
    bare = name[7:] if name.startswith("python-") else name
    return (f"python3-{name}", f"python3-{bare}", f"python3-{name.replace('-', '.')}") if name else ()


def _will_do(wanted: WantedDistribution, version: str) -> bool:
    if wanted.source is not SourceKind.INDEX or wanted.editable or wanted.extras:
        return False
    return admits(wanted.specifier, version) is True
