"""The packages of a conda prefix in, those that stand on another one's Python files out, with the programs they ship.

Evidence is what the packages declare; a version bound is conda's own business and is left out.
"""

from __future__ import annotations

import re

from ...model.facts import Bound, Importance, Owner, OwnerKind, Requester, RequesterKind
from ..dependents import standing_on
from ..ownership.conda_meta import SCHEME
from ..ownership.interface import PackageSet

MODULES = re.compile(r".*/lib/python[0-9.]+/site-packages/")
PROGRAM = re.compile(r".*/bin/[^/]+")
MANAGERS = frozenset({"conda", "mamba", "conda-libmamba-solver"})    # without them the prefix cannot be repaired


def read_conda_requesters(found: PackageSet) -> tuple[Requester, ...]:
    """One a package that needs a package with modules, directly or through others."""
    paths: dict[str, list[str]] = {}
    for path, package in found.owners.items():
        paths.setdefault(package, []).append(path)
    needs = {name: [bound.package for group in package.depends for bound in group if bound.package in found.packages]
             for name, package in found.packages.items()}
    carriers = {name for name, owned in paths.items() if any(map(MODULES.match, owned))}
    standing = standing_on(carriers, ((name, need) for name, wanted in needs.items() for need in wanted))
    return tuple(Requester(
        name, RequesterKind.CONDA_PACKAGE, Owner(OwnerKind.CONDA, name, found.packages[name].version),
        Importance.CORE if name in MANAGERS else Importance.NORMAL,
        tuple(Bound(need, scheme=SCHEME) for need in dict.fromkeys(needs[name]) if need in standing | carriers),
        tuple(sorted(filter(PROGRAM.fullmatch, paths.get(name, ()))))) for name in sorted(standing))
