"""Records of a Python that was upgraded away, and the one that has its place -> the same layers for the new one."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Optional

from ..enforce import site_pip_conf
from ..enforce.manifest import list_manifests, read_manifest, undo
from ..model.facts import Interpreter
from .hook_targets import Scope, key_of

STARTUP = re.compile(r"startup-(.+-3\.\d+)\.manifest$")
RECORD = re.compile(r"(startup|externally-managed|pip-conf)-(.+)-3\.\d+$")


def has_successor(scope: Scope, interpreters: Sequence[Interpreter]) -> bool:
    """Whether the startup hook is on record for a Python that no tool runs on any more, and not for one that has come.

    An interpreter that was never chosen (`hook install --interpreter`) is no successor while the chosen one is there.
    """
    matches = map(STARTUP.match, map(os.path.basename, list_manifests(scope.manifests)))
    records = {match[1] for match in matches if match}
    there = {key_of(interpreter) for interpreter in interpreters}
    return bool(records - there and there - records)


def forget_gone(scope: Scope, interpreters: Sequence[Interpreter]) -> tuple[str, ...]:
    """Take back what was for a Python that is gone; the prefixes whose pip.conf pinned what the OS owned for it.

    What others have changed since stays, with its record.
    """
    there = {key_of(interpreter) for interpreter in interpreters}
    pinned = []
    for path in list_manifests(scope.manifests):
        match = RECORD.match(os.path.basename(path)[:-len(".manifest")])
        if match is None or match[0][len(match[1]) + 1:] in there:
            continue
        constrained = match[1] == "pip-conf" and any(_names_pins(line.path, scope) for line in read_manifest(path))
        if not undo(path) and constrained:
            pinned.append(match[2])
    return tuple(pinned)


def _names_pins(path: str, scope: Scope) -> bool:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    except OSError:
        return False
    return site_pip_conf.CONSTRAINT in text and f"{scope.state}/constraints/" in text


def setting_for(interpreter: Interpreter, pinned: Sequence[str]) -> Optional[str]:
    """`constraint` where the Python that it follows had one."""
    return site_pip_conf.CONSTRAINT if key_of(interpreter).rpartition("-")[0] in pinned else None
