"""break-system-packages is switched on for more than one command.

## Why is this bad?
An option is read by whoever reads the command; a variable, an image's ENV or a line in pip.conf is read by
nobody and holds for every later install, also those of tools that call pip themselves.

## Example
`ENV PIP_BREAK_SYSTEM_PACKAGES=1`, `pip config set global.break-system-packages true`
(scenarios/break-system-packages-persisted/).

## What to do instead
Make an environment once and put it first on PATH; nothing has to be switched off then.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import GuardSwitchedOff, Impact
from ...model.request import read_location
from ...model.verdict import Finding, Level

ID = "break-system-packages-persisted"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a setting."""
    for effect in impact.effects:
        if isinstance(effect, GuardSwitchedOff):
            yield Finding(ID, LEVEL, f"{effect.how} switches EXTERNALLY-MANAGED off for every later install "
                          f"({effect.where})", subject=effect.where.rsplit(":", 1)[0],
                          location=read_location(effect.where) if impact.happened else None)
