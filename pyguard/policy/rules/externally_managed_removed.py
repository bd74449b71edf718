"""The distribution's EXTERNALLY-MANAGED file is deleted, moved away or emptied.

## Why is this bad?
It is the only thing that stops pip, uv and poetry from writing into the distribution's Python (PEP 668).
Without it every later install on that host goes through without a word, also the ones nobody meant, until
an update of the OS package brings the file back.

## Example
`rm /usr/lib/python3.12/EXTERNALLY-MANAGED`
(scenarios/externally-managed-removed/).

## What to do instead
Leave the file where it is, and put an environment first on PATH: `python3 -m venv /opt/venv`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import GuardRemoved, Impact
from ...model.verdict import Finding, Level

ID = "externally-managed-removed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a file."""
    for effect in impact.effects:
        if isinstance(effect, GuardRemoved):
            said = (f"{effect.path} {effect.how}" if impact.happened else f"{effect.how} takes {effect.path} away")
            yield Finding(ID, LEVEL, f"{said}, the only guard of the distribution's Python", subject=effect.path)
