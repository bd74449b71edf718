"""Another project would provide a module that the operating system's tools import by that name.

## Why is this bad?
Distributions and import names are different things: `pip install attr` brings a module `attr` that has
nothing to do with the one that `attrs` provides. Whoever imports the name gets another program altogether,
not another version of the same.

## Example
`pip install attr`, after which cloud-init finds no `attr.s` (scenarios/foreign-module-name/).

## What to do instead
Look up which distribution provides the import name that you need: `attrs` for `attr`, `PyYAML` for
`yaml`, `python-dateutil` for `dateutil`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, Shadow
from ...model.verdict import Finding, Level

ID = "foreign-module-name"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a module that two projects claim."""
    for effect in impact.effects:
        if isinstance(effect, Shadow) and effect.change.name != effect.loser.name:
            names = ", ".join(effect.import_names[:4])
            yield Finding(ID, LEVEL, f"{effect.change.name} is not {effect.loser.name}, and both provide {names}",
                          subject=effect.change.name, evidence=effect.requesters)
