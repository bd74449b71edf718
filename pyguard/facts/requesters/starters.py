"""What starts Python programs by itself in, requesters out: those of no OS package each on its own, by its imports.

What an OS package ships is one of its commands: the package's own dependencies say more than a file's imports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...host import Host
from ...model.facts import Bound, Distribution, Importance, Owner, OwnerKind, Requester, RequesterKind
from ...model.frozen import replace
from ..ownership.interface import PackageSet
from ..ownership.stamps import Stamp, stamp_of
from . import cron, dbus, local_programs, maintainer_scripts, package_manager_hooks, systemd
from .importing import imported_names
from .interface import Starter, StarterKind
from .started import Reader, Started

KINDS: tuple[StarterKind, ...] = (package_manager_hooks, maintainer_scripts, systemd, cron, dbus, local_programs)
PLACES = tuple(dict.fromkeys(place for kind in KINDS for place in kind.PLACES))


def add_starters(host: Host, found: PackageSet, requesters: Sequence[Requester],
                 distributions: Sequence[Distribution]) -> tuple[tuple[Requester, ...], Stamp]:
    """The requesters with everything that starts by itself, and stamps of the files that this rests on."""
    reader = Reader(host, found.owners)
    starters = [starter for kind in KINDS for starter in kind.read_starters(reader)]
    names: dict[str, list[Starter]] = {}
    for starter in starters:
        if starter.path in found.owners or starter.path.startswith(maintainer_scripts.INFO):
            names.setdefault(_package_of(starter, found.owners), []).append(starter)
    known = [_with_starters(each, names.get(each.name, ())) if each.kind is RequesterKind.OS_PACKAGE else each
             for each in requesters]
    own = [_make(starter, reader, _providers(distributions)) for starter in starters
           if starter.path not in found.owners and not starter.path.startswith(maintainer_scripts.INFO)]
    stamps = tuple(stamp_of(host, path) for path in sorted(reader.seen) if path not in found.owners)
    return (*known, *(each for each in own if each is not None)), stamps


def _package_of(starter: Starter, owners: Mapping[str, str]) -> str:
    return owners.get(starter.path) or starter.name.rpartition(" of ")[2]


def _with_starters(package: Requester, starters: Sequence[Starter]) -> Requester:
    """Its own programs first; what they are started by after them."""
    if not starters:
        return package
    core = any(starter.importance is Importance.CORE for starter in starters)
    names = tuple(dict.fromkeys(starter.name for starter in starters if starter.name not in package.commands))
    return replace(package, commands=package.commands + names,
                   importance=Importance.CORE if core else package.importance)


def _providers(distributions: Sequence[Distribution]) -> dict[str, str]:
    """Import name -> the OS package that provides it."""
    return {name.split(".")[0]: item.owner.name for item in distributions if item.owner and item.owner.name
            for name in item.import_names}


def _make(starter: Starter, reader: Reader, providers: Mapping[str, str]) -> Requester | None:
    """None for what starts no program on the system's Python that imports anything beyond the standard library's."""
    started = [each for each in reader.started_by(starter.command) if each.on_the_systems]
    imports = tuple(sorted({name for each in started for name in imported_names(reader, each)}))
    needs = tuple(Bound(package) for package in dict.fromkeys(providers[name] for name in imports if name in providers))
    if not needs:
        return None
    first = started[0]
    return Requester(starter.name, RequesterKind.SERVICE, Owner(OwnerKind.LOCAL), starter.importance, needs,
                     tuple(_commands(starter, started)), imports, first.interpreter, first.flags)


def _commands(starter: Starter, started: Sequence[Started]) -> Iterator[str]:
    """What to look at: the file that says so, and the programs."""
    yield starter.path
    for each in started:
        if each.script and each.script != starter.path:
            yield each.script
