"""pip itself is upgraded over the distribution's.

## Why is this bad?
The distribution's pip is patched for its host: Debian's up to 12 never uninstalls what dpkg owns, and its
paths are the distribution's. The new pip knows nothing of that, and it is the one every later install uses;
`/usr/bin/pip` may import it and fail.

## Example
`pip3 install --upgrade pip` as root on Debian (scenarios/system-pip-replaced/).

## What to do instead
Make an environment: its pip can be upgraded at will (`python3 -m venv /opt/venv`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ...model.facts import Facts
from ...model.impact import Impact, PipReplaced, ProtectedInstall
from ...model.verdict import Finding, Level

ID = "system-pip-replaced"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding an install that brings another pip to a protected interpreter."""
    replaced = next((effect for effect in impact.effects if isinstance(effect, PipReplaced)), None)
    for effect in impact.effects:
        if isinstance(effect, ProtectedInstall) and any(change.name == "pip" for change in effect.changes):
            yield Finding(ID, LEVEL, f"another pip in {effect.site} takes the place of "
                          f"{_present(replaced)}", subject="pip")


def _present(replaced: Optional[PipReplaced]) -> str:
    present = replaced.present if replaced else None
    if present is None or present.owner is None:
        return "the distribution's"
    leaves = ", which leaves alone what OS packages own" if present.patched else ""
    return f"{present.owner.name}'s pip {present.version}{leaves}"
