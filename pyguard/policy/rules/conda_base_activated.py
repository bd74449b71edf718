"""conda's base environment is activated in every shell of root or of everybody.

## Why is this bad?
Root's `python3` is then conda's: scripts that call tools by name get another interpreter than the one their
modules are installed for, and a bare `pip install` changes base.

## Example
`conda init` in a script that root runs
(scenarios/conda-base-activated/).

## What to do instead
`conda config --system --set auto_activate_base false`; activate an environment where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import CondaBaseActivated, Impact
from ...model.verdict import Finding, Level

ID = "conda-base-activated"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a command."""
    for effect in impact.effects:
        if isinstance(effect, CondaBaseActivated):
            yield Finding(ID, LEVEL, f"{effect.how} makes conda's base environment the first Python of every shell",
                          subject="base")
