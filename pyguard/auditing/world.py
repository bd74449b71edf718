"""A host and who asks in, everything the finders look at out: interpreters, accounts, their Facts, OS packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..errors import CollectError
from ..facts.accounts import Account
from ..facts.collect import EMPTY, assemble
from ..facts.defaults import find_system_pythons
from ..facts.index import Index, open_index
from ..facts.interpreter import inspect
from ..facts.operating_system import operating_system
from ..facts.ownership import load_packages
from ..facts.ownership.interface import PackageSet
from ..facts.pip_build import find_pip
from ..facts.shell_environment import shell_environment
from ..facts.sites import site_directories
from ..facts.stdlib import stdlib_modules
from ..facts.variables import Assignment, read_everybodys, read_own
from ..host import Host
from ..model.facts import Facts, Gap, Interpreter, OperatingSystem, OwnerKind, SiteDirectory
from ..model.paths import normalize
from .as_user import acting_as
from .declared import declared_links
from .loose import loose_modules

PROGRAMS = ("/usr/bin", "/usr/libexec")
NUMBERED = re.compile(r"python3\.\d+$|platform-python3\.\d+$")
PYTHON_TREE = re.compile(r"/(?:usr/)?lib(?:64)?/python\d|/(?:dist|site)-packages/")
VARIABLES = ("PYTHONPATH", "PYTHONUSERBASE", "PYTHONHOME")


@dataclass(frozen=True)
class View:
    """What one account's programs import, on one of the system's interpreters."""

    account: Account
    facts: Facts


@dataclass(frozen=True)
class World:
    """What was read once for all finders. `environ`: the caller's variables, empty for a tree."""

    host: Host
    uid: int
    environ: Mapping[str, str]
    accounts: tuple[Account, ...]
    os: OperatingSystem
    packages: PackageSet
    assignments: tuple[Assignment, ...]
    views: tuple[View, ...]
    contents: bool = True
    gaps: tuple[Gap, ...] = ()

    @property
    def interpreters(self) -> tuple[Interpreter, ...]:
        """Those that the operating system's own tools run on."""
        return tuple({view.facts.interpreter.path: view.facts.interpreter for view in self.views}.values())

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Where the names of the system's Python have to lead."""
        return declared_links(self.host, self.packages)

    @cached_property
    def carriers(self) -> frozenset[str]:
        """The OS packages that have Python files."""
        return frozenset(package for path, package in self.packages.owners.items() if PYTHON_TREE.search(path))

    @cached_property
    def os_modules(self) -> Mapping[str, str]:
        """Top-level import names of OS packages, with the package."""
        return {name.split(".")[0]: item.owner.name for view in self.views for item in view.facts.distributions
                if item.owner and item.owner.kind is OwnerKind.OS for name in item.import_names}

    def assigned(self, account: Account) -> tuple[Assignment, ...]:
        """What is set for everybody, then what this account's own files set."""
        return tuple(found for found in self.assignments if found.user in ("", account.name))


def look_around(host: Host, accounts: Sequence[Account], *, environ: Mapping[str, str], uid: int, cwd: str,
                cache: Sequence[str] = (), contents: bool = True) -> World:
    """Raises CollectError only where there is no system Python to speak of."""
    gaps: list[Gap] = []
    try:
        packages = load_packages(host)
    except CollectError as error:
        packages = PackageSet({}, {})
        gaps.append(Gap(error.context or "the OS package database", error.message))
    assignments = list(read_everybodys(host))
    for account in accounts:
        with acting_as(host, account, uid):
            assignments += read_own(host, account)
    gaps += [Gap(each.where, f"{each.variable} is set there in a way that is not understood")
             for each in assignments if not each.understood]
    world = World(host, uid, environ, tuple(accounts), operating_system(host), packages,
                  tuple(each for each in assignments if each.understood), (),
                  contents, tuple(gaps))
    return replace(world, views=tuple(_views(world, cwd, cache)))


def system_pythons(host: Host, links: Mapping[str, str], uid: int) -> Iterator[Interpreter]:
    """Found without /usr/bin/python3, which may have been turned to another one, wherever a package declares it."""
    declared = find_system_pythons(host)
    names = list(links.values()) or ([f"/usr/bin/python{declared.declared}"] if declared.declared else [])
    names += [path for path in (declared.platform, *(path for _, path in declared.managers)) if path and not links]
    for directory in PROGRAMS if not names else ():
        try:
            listed = host.list(directory)
        except OSError:
            continue    # an image without it
        names += [f"{directory}/{name}" for name in listed if NUMBERED.match(name)]
    seen = set()
    for path in names:
        found = inspect(host, path, environment={}, uid=uid, probe=False, cwd="/")
        if found.real_path not in seen and found.stdlib and (found.is_protected or path in links.values()
                                                             or declared.declared):
            seen.add(found.real_path)
            yield replace(found, runs_os_tools=True)


def _views(world: World, cwd: str, cache: Sequence[str]) -> Iterator[View]:
    indexes: dict[tuple[str, ...], Index] = {}
    for interpreter in system_pythons(world.host, world.links, world.uid):
        for account in world.accounts:
            environ = _environment(world, account)
            shell = shell_environment(environ)
            with acting_as(world.host, account, world.uid):
                sites = site_directories(world.host, interpreter, environment=shell, uid=account.uid, cwd=cwd)
            os_sites = [site for site in sites if site.owner is OwnerKind.OS]
            key = tuple(site.path for site in os_sites)
            if key not in indexes:
                indexes[key] = open_index(world.host, os_sites, cache=cache, uid=world.uid) if os_sites else EMPTY
            with acting_as(world.host, account, world.uid):
                facts = _facts(world, interpreter, sites, indexes[key], environ)
            yield View(account, facts)


def _facts(world: World, interpreter: Interpreter, sites: Sequence[SiteDirectory], index: Index,
           environ: Mapping[str, str]) -> Facts:
    facts = assemble(world.host, world.os, interpreter, sites, index, environment=shell_environment(environ))
    own = [site for site in sites if site.owner is OwnerKind.OS]
    pip = find_pip(world.host, interpreter, own, index.owner_of)
    modules = [item for site in sites if site.owner is not OwnerKind.OS and site.exists
               for item in loose_modules(world.host, site, facts.distributions)]
    return replace(facts, pip=pip, distributions=(*facts.distributions, *modules),
                   stdlib_modules=stdlib_modules(world.host, interpreter, sites))


def _environment(world: World, account: Account) -> dict[str, str]:
    """HOME, and what start-up files and, for the caller, the running shell set of what changes sys.path."""
    environ = {"HOME": account.home}
    for found in world.assigned(account):
        if found.variable == "PYTHONPATH":
            entries = [*found.entries(account.home), *environ.get("PYTHONPATH", "").split(":")]
            environ["PYTHONPATH"] = ":".join(dict.fromkeys(filter(None, entries)))
    if account.uid == world.uid and not world.host.root:
        entries = [normalize(entry) for entry in world.environ.get("PYTHONPATH", "").split(":")
                   if entry.startswith("/")]
        entries += environ.get("PYTHONPATH", "").split(":")
        environ["PYTHONPATH"] = ":".join(dict.fromkeys(filter(None, entries)))
        if world.environ.get("PYTHONUSERBASE"):
            environ["PYTHONUSERBASE"] = world.environ["PYTHONUSERBASE"]
    return environ
