"""PYTHONPATH, PYTHONHOME or LD_LIBRARY_PATH is set for everybody.

## Why is this bad?
These variables are obeyed by every Python and every program on the host: the operating system's own tools
import from that place first, and with another Python's standard library or libraries they do not even start.

## Example
`echo 'export PYTHONPATH=/opt/app/lib' >> /etc/profile.d/app.sh`
(scenarios/python-variables-exported/).

## What to do instead
Set it in the wrapper or the unit of the one program that needs it, or install that program into an
environment, which needs no variable.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import EnvironmentLeak, Impact
from ...model.request import read_location
from ...model.verdict import Finding, Level

ID = "python-variables-exported"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a variable."""
    for effect in impact.effects:
        if isinstance(effect, EnvironmentLeak):
            whom = effect.user or "everybody"
            yield Finding(ID, LEVEL, f"{effect.variable}={effect.value} is set for {whom} in {effect.where}",
                          subject=effect.variable,
                          location=read_location(effect.where) if impact.happened else None)
