"""A start-up file puts a directory in front of PATH that hides the operating system's programs.

## Why is this bad?
Whatever the session starts by name finds the other program first: scripts with `#!/usr/bin/env python3` get a
Python without their modules, ssh or curl from a conda environment another configuration, and a desktop session
may not start at all.

## Example
`export PATH=/opt/conda/bin:$PATH` in ~/.profile
(scenarios/path-reordered/).

## What to do instead
Put the directory behind: `PATH=$PATH:/opt/conda/bin`, or activate the environment in the shells that need it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import PathShadow
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.request import read_location
from ...model.verdict import Finding, Level

ID = "path-reordered"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a line and directory."""
    for effect in impact.effects:
        if isinstance(effect, PathShadow):
            whom = f"{effect.user}'s sessions take" if effect.user else "every session takes"
            yield Finding(ID, LEVEL, f"{whom} {', '.join(effect.commands)} from {effect.directory}, not from the "
                          f"operating system", subject=effect.directory, location=read_location(effect.where))
