"""pip would change conda's base environment, which conda itself runs in.

## Why is this bad?
conda does not see what pip puts over its files: the next `conda update` works from records that are no
longer true, and a broken `requests` or `cryptography` in base takes the conda command with it, and with
the command the way to repair it.

## Example
`pip install requests==2.19` with base activated (scenarios/conda-base-mutated/).

## What to do instead
An environment of its own: `conda create -n NAME python pip`, then pip there. A site that wants this
refused says so in its policy: `conda-base = "refuse"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import CondaBaseMutation, Impact
from ...model.verdict import Finding, Level

ID = "conda-base-mutated"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """At most one finding: base is one environment."""
    for effect in impact.effects:
        if isinstance(effect, CondaBaseMutation):
            names = ", ".join(change.name for change in effect.changes[:4])
            verb = "has changed" if impact.happened else "would change"
            yield Finding(ID, LEVEL, f"{effect.prefix} is conda's base environment, and conda runs in it: pip {verb} "
                          f"{names} there without conda's knowledge", subject=effect.prefix)
