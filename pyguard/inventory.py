"""A host and who asks -> every environment with its size, use, references and health, measured once."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Optional

from .facts.environment_defects import find_defects
from .facts.environment_references import Mention, find_mentions, references_to
from .facts.homes import Home, find_homes
from .facts.last_use import find_last_use
from .facts.stored_environments import Found, find_stored
from .host import Host
from .model.storage import StorageKind, StorageReport, StoredEnvironment, Unread
from .storage.measure import Tree, measure, together

Progress = Callable[[int, int], None]


class Asker(NamedTuple):
    """Who asks, from where."""

    environ: Mapping[str, str]
    cwd: str
    uid: int


def take_stock(host: Host, asker: Asker, search: Sequence[str] = (),
               progress: Optional[Progress] = None) -> StorageReport:
    """All environments, what is freed most first. Nothing is started, nothing is written."""
    homes = find_homes(host, asker.environ, asker.uid)
    directories = [os.path.join(asker.cwd, directory) for directory in search]
    found = find_stored(host, asker.environ, homes, asker.cwd, directories)
    mentions = (*find_mentions(host, homes, directories), *_built_on_each_other(found))
    trees = [_measure(each, found, number, progress) for number, each in enumerate(found)]
    if progress is not None:
        progress(len(found), len(found))
    described = [_describe(host, asker, each, tree, homes, mentions)
                 for each, tree in zip(found, trees)]
    return StorageReport(
        environments=tuple(sorted(described, key=lambda each: (-each.freed, each.prefix))),
        size=together(trees)[0],
        unread=tuple(Unread(path, reason) for tree in trees for path, reason in tree.problems))


def _built_on_each_other(found: Sequence[Found]) -> list[Mention]:
    """A venv needs the Python it was made from: pyvenv.cfg's `home`."""
    homes = ((each.prefix, dict(each.config).get("home", "")) for each in found)
    return [Mention("environment", prefix, (home,)) for prefix, home in homes if home]


def _measure(each: Found, all_found: Sequence[Found], number: int, progress: Optional[Progress]) -> Tree:
    if progress is not None:
        progress(number, len(all_found))
    inside = {other.prefix for other in all_found if other.prefix.startswith(each.prefix + "/")}
    if each.kind is StorageKind.CONDA_BASE:
        inside.add(f"{each.prefix}/pkgs")    # a cache, not the environment
    return measure(each.prefix, inside)


def _describe(host: Host, asker: Asker, each: Found, tree: Tree, homes: Sequence[Home],
              mentions: Sequence[Mention]) -> StoredEnvironment:
    sign = find_last_use(host, each, tree.compiled)
    active = each.prefix in (asker.environ.get("VIRTUAL_ENV"), asker.environ.get("CONDA_PREFIX"))
    return StoredEnvironment(
        prefix=each.prefix, kind=each.kind, python=each.python, owner=_owner(host, each.prefix),
        size=tree.size, freed=tree.freed, last_used=_iso(sign.when), last_used_by=sign.because,
        active=active, frozen=each.frozen, references=references_to(each.prefix, mentions),
        defects=find_defects(host, each, homes))


def _owner(host: Host, prefix: str) -> int:
    try:
        return host.stat(prefix).st_uid
    except OSError:
        return -1    # it vanished, or it lies where the asking user may not look


def _iso(when: float) -> str:
    if not when:
        return ""
    return datetime.datetime.fromtimestamp(int(when), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
