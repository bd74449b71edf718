"""conda's base environment is changed.

## Why is this bad?
conda itself runs in base. A package that does not fit there, or an update that cannot be solved, leaves an
installation with which nothing can be repaired any more.

## Example
`conda install -n base numpy`
(scenarios/conda-base-changed/).

## What to do instead
`conda create -n NAME ...`, and install there; only conda and its plugins belong in base.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import CondaBaseChanged, Impact
from ...model.verdict import Finding, Level

ID = "conda-base-changed"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a command."""
    for effect in impact.effects:
        if isinstance(effect, CondaBaseChanged):
            named = "names" if effect.named else "names no environment and so means"
            yield Finding(ID, LEVEL, f"{effect.how} {named} conda's base environment", subject="base")
