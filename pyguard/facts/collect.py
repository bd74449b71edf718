"""A host, an interpreter's path and the caller's variables in, Facts out: static evidence first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Callable, Optional

from ..errors import CollectError
from ..host import Host
from ..model.facts import (
    Distribution,
    EnvironmentKind,
    Facts,
    Gap,
    Interpreter,
    OperatingSystem,
    Owner,
    OwnerKind,
    PipBuild,
    ShellEnvironment,
    SiteDirectory,
    Tool,
)
from ..model.frozen import replace
from .index import EMPTY_ROWS, Index, open_index
from .site_listing import list_site, touches

if TYPE_CHECKING:
    from .ownership.interface import MoreDatabases

PACKAGED = (OwnerKind.OS, OwnerKind.CONDA)
OwnerOf = Callable[[str], Optional[Owner]]
PipFinder = Callable[[Host, Interpreter, Sequence[SiteDirectory], OwnerOf], Optional[PipBuild]]

EMPTY = Index(EMPTY_ROWS)
CONDA_KINDS = frozenset({EnvironmentKind.CONDA, EnvironmentKind.CONDA_BASE, EnvironmentKind.PIXI})


def collect(host: Host, interpreter_path: str, *, environment: Mapping[str, str], uid: int, cwd: str,
            cache: Sequence[str] = (), wanted: Optional[Collection[str]] = None, deep: bool = False,
            find_pip: Optional[PipFinder] = None, more: Optional[MoreDatabases] = None,
            programs: Collection[str] = ()) -> Facts:
    """Everything a decision about these names rests on; `wanted` None means about any name.

    `wanted`: normalized names of distributions or modules. `deep` reads apt's indexes even where nothing is kept of
    them; `more`: what plugins know about packages; `programs`: paths whose owners matter, whatever they import.
    Raises CollectError only where nothing can be said about the interpreter at all.
    """
    from .archive import read_archive
    from .conda import read_conda, read_setup
    from .interpreter import inspect
    from .operating_system import operating_system
    from .shell_environment import shell_environment
    from .sites import site_directories
    from .stdlib import stdlib_modules
    from .tools import find_tools

    shell = _settle(host, shell_environment(environment))
    interpreter = inspect(host, interpreter_path, environment=environment, uid=uid, cwd=cwd)
    sites = site_directories(host, interpreter, environment=shell, uid=uid, cwd=cwd)
    os_sites = [site for site in sites if site.owner is OwnerKind.OS]
    if os_sites:
        index = open_index(host, os_sites, cache=cache, uid=uid, more=more)
    else:
        index = _conda_side(host, interpreter, sites, cache, uid)
    archive, gaps = read_archive(host, cache=cache, uid=uid, build=deep) if os_sites else ((), ())
    tools = find_tools(host, shell, uid=uid, interpreter=interpreter)
    facts = assemble(host, operating_system(host), interpreter, sites, index, environment=shell,
                     wanted=wanted, tools=tools, archive=archive, gaps=gaps)
    if programs and os_sites:
        from .programs import with_programs

        facts = replace(facts, requesters=with_programs(host, index, facts.requesters, programs))
    pip = find_pip(host, interpreter, sites, index.owner_of) if find_pip else None
    layout = read_conda(host, environment, shell.home)
    return replace(facts, pip=pip, prefixes=layout.taken,
                   conda=read_setup(host, layout, environment, wanted or (), uid=uid, deep=deep),
                   stdlib_modules=stdlib_modules(host, interpreter, sites))


def advise(host: Host, facts: Facts, *, environment: Mapping[str, str], uid: int, wanted: Collection[str],
           deep: bool = False) -> Facts:
    """The same Facts with another user's home, programs and environments: those that remedies are made of."""
    from .conda import read_conda, read_setup
    from .shell_environment import shell_environment
    from .tools import find_tools

    shell = _settle(host, shell_environment(environment))
    layout = read_conda(host, environment, shell.home)
    return replace(facts, environment=shell, tools=find_tools(host, shell, uid=uid, interpreter=facts.interpreter),
                   prefixes=layout.taken,
                   conda=read_setup(host, layout, environment, wanted, uid=uid, deep=deep))


def _settle(host: Host, shell: ShellEnvironment) -> ShellEnvironment:
    """Whether there is a home to make something in: `nobody` has /nonexistent, a uid without an account none."""
    home = shell.home
    while home.startswith("/") and home != "/" and not host.is_dir(home):
        home = home.rpartition("/")[0] or "/"
    there = home.startswith("/") and (bool(host.root) or host.is_writable(home))    # in a tree nothing is made
    return shell if there else replace(shell, homeless=True)


def _conda_side(host: Host, interpreter: Interpreter, sites: Sequence[SiteDirectory], cache: Sequence[str],
                uid: int) -> Index:
    """What conda's packages own in the prefix that the interpreter is in; nothing for any other interpreter."""
    own = [site for site in sites if site.owner is OwnerKind.CONDA and site.exists]
    if interpreter.kind not in CONDA_KINDS or not own:
        return EMPTY
    from .conda_packages import open_conda_index

    return open_conda_index(host, interpreter.prefix, own, cache=cache, uid=uid)


def assemble(host: Host, os: OperatingSystem, interpreter: Interpreter, sites: Sequence[SiteDirectory],
             index: Index, *, environment: ShellEnvironment, wanted: Optional[Collection[str]] = None,
             tools: Sequence[Tool] = (), archive: Sequence[tuple[str, str]] = (),
             gaps: Sequence[Gap] = ()) -> Facts:
    """Facts from parts: the OS's own side from the index, every other site directory read afresh."""
    fresh, unread = _read_fresh(host, [site for site in sites if not index.covers(site)], _widen(index, wanted))
    names = None if wanted is None else _names_of(fresh).union(wanted)
    packaged = index.distributions(names)
    ranks = {site.path: site.rank for site in sites}
    distributions = sorted((*fresh, *packaged), key=lambda item: ranks.get(item.site, len(ranks)))
    owners = {item.owner.name for item in packaged if item.owner and item.owner.kind in PACKAGED}
    if interpreter.owner is None:
        owner = index.owner_of(interpreter.path) or index.owner_of(interpreter.real_path)
        interpreter = replace(interpreter, owner=owner)
    pinned = tuple(replace(site, pins=index.pins(site.path)) for site in sites)
    os_names = _os_names(names) if archive else ()
    return Facts(
        os, interpreter, pinned, None, tuple(distributions),
        index.requesters(None if wanted is None else owners), tuple(tools),
        _select_archive(archive, names, os_names), environment, (*index.gaps, *unread, *gaps), os_names=os_names)


def _widen(index: Index, wanted: Optional[Collection[str]]) -> Optional[frozenset[str]]:
    """The wanted names with those of the OS distributions they touch: `pyyaml` is also `yaml`."""
    if wanted is None:
        return None
    return _names_of(index.distributions(wanted)).union(wanted)


def _names_of(distributions: Collection[Distribution]) -> frozenset[str]:
    from .import_names import normalize_import_name

    names = {str(item.name) for item in distributions}
    return frozenset(names.union(*(map(normalize_import_name, item.import_names) for item in distributions)))


def _read_fresh(host: Host, sites: Sequence[SiteDirectory],
                wanted: Optional[frozenset[str]]) -> tuple[tuple[Distribution, ...], tuple[Gap, ...]]:
    """Site directories that are not the OS's; one that cannot be read is a gap."""
    found: list[Distribution] = []
    gaps = []
    for site in sites:
        if not site.exists:
            continue
        try:
            if wanted is None or touches(list_site(host, site.path), wanted):
                from .distributions import read_distributions  # 5 ms that most installs save

                found += read_distributions(host, [site], wanted=wanted)
        except CollectError as error:
            gaps.append(Gap(site.path, error.message))
    if wanted is not None:
        found = [item for item in found if not wanted.isdisjoint(_names_of([item]))]
    return tuple(found), tuple(gaps)


def _os_names(names: Optional[Collection[str]]) -> tuple[tuple[str, str], ...]:
    from .package_names import DEBIAN, look_up

    return look_up(DEBIAN, names or ())


def _select_archive(archive: Sequence[tuple[str, str]], names: Optional[Collection[str]],
                    os_names: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The packages that hold what is wanted, and those that a remedy may need."""
    if names is None:
        return tuple(archive)
    relevant = {package for _, package in os_names} | {"python3-venv", "python3-pip", "pipx"}
    return tuple([entry for entry in archive if entry[0] in relevant or entry[0][-5:] == "-venv"])    # of thousands
