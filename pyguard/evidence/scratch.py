"""A resolved plan's wheels in, a scratch tree with them laid out where the request would put them out."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ..errors import PyguardError
from ..model.facts import Gap
from ..model.frozen import replace
from ..model.plan import Plan
from ..plan.wheel_layout import lay


@contextmanager
def scratch_directory(uid: int, below: str = "") -> Iterator[str]:
    """A private directory that is gone afterwards; others may pass through root's, not look into it."""
    path = tempfile.mkdtemp(prefix="pyguard-", dir=below or None)
    try:
        os.chmod(path, 0o711 if uid == 0 else 0o700)
        for name in ("memory", "tree", "wheels"):
            os.mkdir(f"{path}/{name}", 0o755)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def lay_out(plan: Plan, wheels: Mapping[str, str], python: str, tree: str) -> Plan:
    """The plan with what each change brings; a wheel that cannot be laid out is a gap."""
    changes, gaps = [], list(plan.gaps)
    for change in plan.changes:
        wheel = wheels.get(change.name)
        if wheel is None:
            changes.append(change)
            continue
        try:
            laid = lay(wheel, plan.target, python, tree)
        except PyguardError as error:
            gaps.append(Gap(change.name, error.message))
            changes.append(change)
            continue
        changes.append(replace(change, files=laid.files, commands=laid.commands, assumed_import_names=False))
    return replace(plan, changes=tuple(changes), gaps=tuple(gaps))


def removed_paths(removed: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """All of them, those above others first."""
    return tuple(sorted({path for paths in removed.values() for path in paths}))
