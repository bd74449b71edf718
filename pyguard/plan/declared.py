"""A Request becomes a Plan by what the command line and the files it names say: offline, in milliseconds.

Pure. What a name stands for is taken from the distribution of the same name that is installed; where
there is none, the import name is assumed from the distribution's name and the change says so
(`pip install attr` brings the module `attr`, which belongs to attrs).
"""

from __future__ import annotations

from typing import Optional

from ..model.facts import Distribution, Facts, Gap, Interpreter
from ..model.markers import holds
from ..model.plan import Basis, Change, Plan, Target
from ..model.request import Action, Request, WantedDistribution
from .backports import BACKPORTS
from .destination import locate


def declare(request: Request, facts: Facts, target: Optional[Target] = None) -> Plan:
    """The plan at depth `declared`; what cannot be known without asking pip is a gap.

    `target` is given where it was located with another interpreter's facts.
    """
    target = target or locate(request, facts)
    changes: list[Change] = []
    gaps = [Gap(" ".join(request.argv[:2]), text) for text in request.gaps]
    for wanted in request.wanted:
        if not _applies(wanted, facts.interpreter):
            continue
        if not wanted.name:
            gaps.append(Gap(wanted.text, "its name and import names are not known without building it"))
        changes.append(_remove(wanted, facts, target) if request.action is Action.UNINSTALL
                       else _arrive(wanted, facts, target))
    if request.action is Action.INSTALL and not request.no_deps and changes:
        gaps.append(Gap("dependencies", "what the named distributions require was not looked up"))
    return Plan(Basis.DECLARED, target, tuple(changes), tuple(gaps))


def _arrive(wanted: WantedDistribution, facts: Facts, target: Target) -> Change:
    twin = _installed(wanted.name, facts)
    imports, assumed = wanted.import_names, False
    if not imports and twin is not None:
        imports = twin.import_names
    elif not imports and wanted.name:
        imports, assumed = BACKPORTS.get(wanted.name) or (wanted.name.replace("-", "_"),), True
    return Change(wanted.name or wanted.text, wanted.version, target.purelib, wanted.specifier, imports, assumed,
                  requires=wanted.requires, editable=wanted.editable)


def _remove(wanted: WantedDistribution, facts: Facts, target: Target) -> Change:
    """What pip uninstalls is the copy that comes first on sys.path, wherever that is."""
    twin = _installed(wanted.name, facts)
    return Change(wanted.name or wanted.text, None, twin.site if twin else target.purelib,
                  import_names=twin.import_names if twin else ())


def _installed(name: str, facts: Facts) -> Optional[Distribution]:
    ranks = {site.path: site.rank for site in facts.sites}
    found = [distribution for distribution in facts.distributions if name and distribution.name == name]
    return min(found, key=lambda distribution: ranks.get(distribution.site, len(ranks)), default=None)


def _applies(wanted: WantedDistribution, interpreter: Interpreter) -> bool:
    """Whether the PEP 508 marker holds for the interpreter that is asked, not for the one this runs on."""
    if not wanted.marker or not interpreter.version:
        return True
    full = interpreter.version if interpreter.version.count(".") > 1 else interpreter.version + ".0"
    return holds(wanted.marker, {"python_version": interpreter.minor, "python_full_version": full,
                                 "implementation_name": interpreter.implementation})
