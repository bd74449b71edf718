"""A resolved plan in, the same with what its wheels' own files say out: names mislead, files do not.

What a wheel is imported as and which commands it brings is read from its directory alone: nothing is unpacked,
a wheel that is kept already is not fetched again, and what was read is kept beside it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Optional

from ..errors import PyguardError
from ..facts.cache import read_cached, write_cached
from ..facts.import_names import names_of_files
from ..host import Host
from ..model.facts import Facts, Gap
from ..model.frozen import replace
from ..model.plan import Change, Plan, Target
from ..model.request import Request
from ..plan.wheel_fetch import Ask, cached_wheel, fetch

READ = "contents"    # beside a kept wheel
FORMAT = "1"


class Contents(NamedTuple):
    """What a wheel says of itself: import names, empty where it has none, commands, file names of its libraries."""

    import_names: tuple[str, ...]
    commands: tuple[str, ...]
    libraries: tuple[str, ...]


class Looker(NamedTuple):
    """Who looks, and how: a way to ask the target's pip, and where wheels are kept."""

    host: Host
    environ: Mapping[str, str]
    ask: Ask
    caches: Sequence[str]
    uid: int


def look_into(plan: Plan, request: Request, facts: Facts, looker: Looker) -> Plan:
    """A gap for each wheel that cannot be had or read."""
    kept = wheel_cache(looker.caches, looker.uid)
    if at_hand(plan, looker.caches, looker.uid):
        wheels = {change.name: cached_wheel(change, kept) for change in plan.changes}
        plan, libraries = _survey(plan, wheels, looker.uid)
        if not _takes_a_place(looker.host, libraries):
            return plan
    from .scratch import lay_out, scratch_directory

    python = facts.interpreter
    with scratch_directory(looker.uid) as scratch:
        place = f"{scratch}/wheels"
        wheels, gaps = fetch(plan, python.path, looker.environ, request.index_options, looker.ask, kept or place, place,
                             looker.uid)
        plan, libraries = _survey(replace(plan, gaps=(*plan.gaps, *gaps)), wheels, looker.uid)
        if not _takes_a_place(looker.host, libraries):
            return plan
        from .native_lacks import planned_lacks

        tree = f"{scratch}/tree"
        laid = lay_out(plan, wheels, python.path, tree)
        return replace(plan, lacks=planned_lacks(looker.host, laid, tree, python.real_path, looker.environ,
                                                 looker.uid))


def _takes_a_place(host: Host, libraries: Collection[str]) -> bool:
    """Whether one of them is called as one of the system's is: only then can a native tool load it instead."""
    if not libraries:
        return False
    from ..facts.native import standard_directories
    from ..facts.native_tools import library_names

    return any(name in libraries for directory in standard_directories(host) for name in library_names(host, directory))


def at_hand(plan: Plan, caches: Collection[str], uid: int) -> bool:
    """Whether every wheel is kept already, so that none has to be fetched."""
    kept = wheel_cache(caches, uid)
    return bool(kept) and all(change.version is None or cached_wheel(change, kept) for change in plan.changes)


def wheel_cache(caches: Collection[str], uid: int, otherwise: str = "") -> str:
    """Kept between runs where a directory of the caller's own can be had."""
    for directory in caches:
        place = f"{directory}/wheels"
        try:
            os.makedirs(place, 0o755, exist_ok=True)
            status = os.stat(place)
        except OSError:
            continue
        if status.st_uid == uid and not status.st_mode & 0o022 and os.access(place, os.W_OK):
            return place
    return otherwise


def without_files(change: Change, target: Target) -> Change:
    """What was read from them is kept, the list is not: it is long, and in every effect."""
    if not change.files:
        return change
    roots = {f"{target.purelib}/", f"{target.platlib}/"}
    names = names_of_files(path[len(root):] for path in change.files for root in roots if path.startswith(root))
    return replace(change, files=(), import_names=names or change.import_names,
                   commands=tuple(path.rpartition("/")[2] for path in change.commands))


def _survey(plan: Plan, wheels: Mapping[str, str], uid: int) -> tuple[Plan, set[str]]:
    changes, gaps = [], list(plan.gaps)
    libraries: set[str] = set()
    for change in plan.changes:
        wheel = wheels.get(change.name)
        if wheel:
            try:
                found = _kept(wheel, uid) or _read(wheel, change, plan.target, uid)
                change = replace(change, import_names=found.import_names or change.import_names,
                                 commands=found.commands, assumed_import_names=False)
                libraries.update(found.libraries)
            except PyguardError as error:
                gaps.append(Gap(change.name, error.message))
        changes.append(change)
    return replace(plan, changes=tuple(changes), gaps=tuple(gaps)), libraries


def _read(wheel: str, change: Change, target: Target, uid: int) -> Contents:
    from ..plan.wheel_layout import survey  # zipfile costs 6 ms, and most wheels were read before

    laid = survey(wheel, target)
    seen = without_files(replace(change, import_names=(), files=laid.files, commands=laid.commands), target)
    libraries = {os.path.basename(path) for path in laid.files if ".so" in os.path.basename(path)}
    found = Contents(seen.import_names, seen.commands, tuple(sorted(libraries)))
    write_cached([os.path.dirname(wheel)], READ, FORMAT, json.dumps(found), uid)
    return found


def _kept(wheel: str, uid: int) -> Optional[Contents]:
    text = read_cached([os.path.dirname(wheel)], READ, FORMAT, uid)
    if text is None:
        return None
    names, commands, libraries = json.loads(text)
    return Contents(tuple(names), tuple(commands), tuple(libraries))
