"""Installed OS packages in, those that stand on Python files out: what each needs, ships, and how it matters.

Evidence is what package maintainers declared: `Depends: python3-cryptography (<< 40)` is there even where the
installed Python metadata has lost it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Optional

from ...host import Host
from ...model.facts import Bound, Importance, Owner, OwnerKind, Requester, RequesterKind
from ...model.os_version import PYTHON
from ...model.versions import os_bound_holds
from ..dependents import standing_on
from ..ownership.interface import Package, PackageSet
from .importance import core_reason
from .scripts import PROGRAMS, Shebang, make_script, read_shebang

MODULES = re.compile(r"/(?:usr/)?lib(?:64)?/python[0-9]")    # not what a vendor bundles below /usr/lib/<own>
UNITS = re.compile(r"/(?:usr/)?lib/systemd/(?:system|user)/[^/]+\.service")
EXEC_START = re.compile(r"^ExecStart\s*=\s*[@:+!|-]*\s*([^\s]+)", re.MULTILINE)


def read_requesters(host: Host, found: PackageSet) -> tuple[Requester, ...]:
    """OS packages that need, directly or not, one that carries Python files; then their Python scripts."""
    paths = _paths_by_package(found.owners)
    carriers = {package for package, owned in paths.items() if any(map(MODULES.match, owned))}
    needs = resolve_needs(found.packages)
    standing = standing_on(carriers, ((name, bound.package) for name, bounds in needs.items() for bound in bounds))
    packages, scripts = [], []
    for name in sorted(standing):
        package, owned = found.packages[name], paths.get(name, ())
        shebangs = {path: read_shebang(host, path) for path in owned if PROGRAMS.match(path)}
        relevant = tuple(bound for bound in needs[name] if bound.package in standing | carriers)
        plugs_in = any(bound.package in carriers for bound in relevant)
        packages.append(Requester(
            name, RequesterKind.OS_PACKAGE, Owner(OwnerKind.OS, name, package.version),
            Importance.CORE if core_reason(package, owned) else Importance.NORMAL,
            relevant, _read_commands(host, owned, shebangs, plugs_in)))
        scripts += [make_script(path, shebang, name, package.version)
                    for path, shebang in shebangs.items() if shebang and shebang.is_python]
    return (*packages, *scripts)


def _paths_by_package(owners: Mapping[str, str]) -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for path, package in owners.items():
        paths.setdefault(package, []).append(path)
    return paths


def resolve_needs(packages: Mapping[str, Package]) -> dict[str, tuple[Bound, ...]]:
    """For each package the bounds that only one installed package meets."""
    providers: dict[str, set[str]] = {}
    for package in packages.values():
        for name in package.provides:
            providers.setdefault(name, set()).add(package.name)
    return {
        name: tuple(dict.fromkeys(bound for group in package.depends
                                  if (bound := _settle(group, packages, providers)) is not None))
        for name, package in packages.items()}


def _settle(group: Sequence[Bound], packages: Mapping[str, Package],
            providers: Mapping[str, Collection[str]]) -> Optional[Bound]:
    """The bound a group comes down to; None when another alternative would take over.

    A virtual package's version is not its provider's, so that bound keeps the name only.
    """
    candidates = []
    for bound in group:
        if bound.package in packages:
            candidates.append(bound)
        else:
            candidates += [_through(bound, name) for name in sorted(providers.get(bound.package, ()))]
    if len(candidates) > 1:
        met = [bound for bound in candidates if _is_met(bound, packages)]
        candidates = met or candidates
        if len({bound.package for bound in candidates}) > 1:
            return None
    if not candidates:
        return None
    only = candidates[0]
    alternatives = {bound for bound in group if bound.package == only.package}
    return only if len(alternatives) < 2 else Bound(only.package)


def _is_met(bound: Bound, packages: Mapping[str, Package]) -> bool:
    return os_bound_holds(bound, packages[bound.package].version)


def _through(bound: Bound, provider: str) -> Bound:
    """A capability's bound as one on its provider: python3dist(x) has the provider's own upstream version."""
    return Bound(provider, bound.relation, bound.version, PYTHON) if bound.scheme == PYTHON else Bound(provider)


def _read_commands(host: Host, owned: Iterable[str], shebangs: Mapping[str, Optional[Shebang]],
                   plugs_in: bool) -> tuple[str, ...]:
    """Paths of programs and names of units, Python's own first.

    Compiled programs do not import; they count only in a package that ships no script at all, yet needs
    Python modules: those it loads as plug-ins (gedit, rhythmbox).
    """
    programs = {path: shebang for path, shebang in shebangs.items() if not path.startswith("/etc/")}
    python = sorted(path for path, shebang in programs.items() if shebang and shebang.is_python)
    shell = sorted(path for path, shebang in programs.items() if shebang and shebang.is_shell)
    units = sorted(path.rpartition("/")[2] for path in owned
                   if UNITS.fullmatch(path) and _starts_script(host, path, shebangs))
    commands = tuple(dict.fromkeys([*python, *units, *shell]))
    if not commands and plugs_in:
        return tuple(sorted(programs))
    return commands


def _starts_script(host: Host, unit: str, shebangs: Mapping[str, Optional[Shebang]]) -> bool:
    try:
        text = host.read_text(unit)
    except OSError:
        return False
    for program in EXEC_START.findall(text):
        name = program if program in shebangs else f"/usr{program}"
        shebang = shebangs[name] if name in shebangs else read_shebang(host, program)
        if shebang and (shebang.is_python or shebang.is_shell):
            return True
        if "/python" in program:
            return True
    return False
