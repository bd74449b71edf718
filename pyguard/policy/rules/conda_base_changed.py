"""conda's base environment, which conda itself runs in, is changed.

## Why is this bad?
A package that does not fit there, or an update that cannot be solved, leaves an installation with which
nothing can be repaired any more. pip is worse than conda: conda does not see what pip puts over its files,
the next `conda update` works from records that are no longer true, and a broken `requests` or
`cryptography` in base takes the conda command with it.

## Example
`pip install requests==2.19` with base activated, `conda install -n base numpy`
(scenarios/conda-base-changed/).

## What to do instead
`conda create -n NAME ...`, and install there; only conda and its plugins belong in base. A site that wants
this refused says so in its policy: `conda-base = "refuse"`. An allowance for the subject `base` lets conda's
own commands through and still says what pip would do.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import CondaBaseChanged, CondaBaseMutation, Impact
from ...model.verdict import Finding, Level

ID = "conda-base-changed"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a command: pip's with base's prefix for a subject, conda's with its name."""
    for effect in impact.effects:
        if isinstance(effect, CondaBaseMutation):
            names = ", ".join(change.name for change in effect.changes[:4])
            lost = ", ".join(f"{loser.name} {loser.version}" for loser in effect.losers[:4])
            verb = "has changed" if impact.happened else "would change"
            yield Finding(ID, LEVEL, f"{effect.prefix} is conda's base environment, and conda runs in it: pip {verb} "
                          f"{names} there without conda's knowledge{f', over its own {lost}' if lost else ''}",
                          subject=effect.prefix, evidence=effect.requesters)
        elif isinstance(effect, CondaBaseChanged):
            named = "names" if effect.named else "names no environment and so means"
            yield Finding(ID, LEVEL, f"{effect.how} {named} conda's base environment", subject="base")
