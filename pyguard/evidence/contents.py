"""A resolved plan in, the same with what its wheels' own files say out: names mislead, files do not.

What a wheel is imported as and which commands it brings is read from its directory alone: nothing is unpacked,
a wheel that is kept already is not fetched again, and what was read is kept beside it.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Optional

from ..errors import PyguardError
from ..facts.cache import read_cached, write_cached
from ..facts.import_names import names_of_files
from ..host import Host
from ..model.facts import Gap
from ..model.frozen import replace
from ..model.plan import Change, Lack, Plan, Target
from ..plan.ask_pip import Ask, pip_alone
from ..plan.wheel_fetch import cached_wheel, fetch

READ = "contents"    # beside a kept wheel
FORMAT = "3"


class Who(NamedTuple):
    """Whose plan it is, and on which machine; `python` is the interpreter that it is for."""

    host: Host
    python: str
    environ: Mapping[str, str]
    uid: int


class Contents(NamedTuple):
    """What a wheel says of itself: import names, empty where it has none, and commands."""

    import_names: tuple[str, ...]
    commands: tuple[str, ...]
    libraries: tuple[str, ...] = ()    # shared objects, by the last part of their names


def look_into(host: Host, plan: Plan, python: str, environ: Mapping[str, str], options: Sequence[str], ask: Ask,
              caches: Collection[str], uid: int, pip: Sequence[str] = ()) -> Plan:
    """A gap for each wheel that cannot be had or read. `pip`: how one is asked, where it is not `python`'s own."""
    who = Who(host, python, environ, uid)
    kept = wheel_cache(caches, uid)
    if at_hand(plan, caches, uid):
        return _survey(plan, {change.name: cached_wheel(change, kept) for change in plan.changes}, who)
    from .scratch import scratch_directory

    with scratch_directory(uid) as scratch:
        place = f"{scratch}/wheels"
        wheels, gaps = fetch(plan, pip or pip_alone(python), environ, options, ask, kept or place, place, uid)
        return _survey(replace(plan, gaps=(*plan.gaps, *gaps)), wheels, who)


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
                   commands=_commands(change, target))


def _commands(change: Change, target: Target) -> tuple[str, ...]:
    """By where they are seen from the directory of programs: entry points, and files that go there as they are."""
    places = (target.scripts, f"{posixpath.dirname(target.scripts)}/sbin")
    files = (path for path in change.files if posixpath.dirname(path) in places)
    return tuple(dict.fromkeys(posixpath.relpath(path, target.scripts) for path in (*change.commands, *files)))


def _survey(plan: Plan, wheels: Mapping[str, str], who: Who) -> Plan:
    changes, gaps, bringing = [], list(plan.gaps), {}
    for change in plan.changes:
        wheel = wheels.get(change.name)
        if wheel:
            try:
                found = _kept(wheel, who.uid) or _read(wheel, change, plan.target, who.uid)
                if found.libraries:
                    bringing[wheel] = (f"{change.name} {change.version or ''}".rstrip(), found.libraries)
                change = replace(change, import_names=found.import_names or change.import_names,
                                 commands=found.commands, assumed_import_names=False)
            except PyguardError as error:
                gaps.append(Gap(change.name, error.message))
        changes.append(change)
    return replace(plan, changes=tuple(changes), gaps=tuple(gaps), lacks=_lacks(plan, bringing, who))


def _lacks(plan: Plan, bringing: Mapping[str, tuple[str, Collection[str]]], who: Who) -> tuple[Lack, ...]:
    if not bringing:
        return ()
    from .native_lacks import planned_lacks  # few wheels bring libraries

    return planned_lacks(bringing, plan.target, who)


def _read(wheel: str, change: Change, target: Target, uid: int) -> Contents:
    from ..plan.wheel_layout import survey  # zipfile costs 6 ms, and most wheels were read before

    laid = survey(wheel, target)
    seen = without_files(replace(change, import_names=(), files=laid.files, commands=laid.commands), target)
    names = {path.rpartition("/")[2] for path in laid.files}
    found = Contents(seen.import_names, seen.commands, tuple(sorted(name for name in names if ".so" in name)))
    write_cached([os.path.dirname(wheel)], READ, FORMAT, json.dumps(found), uid)
    return found


def _kept(wheel: str, uid: int) -> Optional[Contents]:
    text = read_cached([os.path.dirname(wheel)], READ, FORMAT, uid)
    if text is None:
        return None
    names, commands, libraries = json.loads(text)
    return Contents(tuple(names), tuple(commands), tuple(libraries))
