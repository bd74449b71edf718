"""Something that decides about a protected interpreter could not be learned.

## Why is this bad?
A package database that cannot be read hides who would break; a requirement that only a build can name
hides what would be installed, a list that cannot be read before it is used what would be uninstalled. An
answer that leaves this out would be green by silence.

## Example
`pip install cowsay` while the OS package database is damaged (scenarios/facts-incomplete/).

## What to do instead
Repair what cannot be read, or look deeper: `pyguard explain --depth resolved COMMAND`. A site that can
live with it says `facts-incomplete = "warn"` under `[levels]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, UnknownRemoval
from ...model.verdict import Finding, Level

ID = "facts-incomplete"
LEVEL = Level.BLOCK
SINCE = "0.1"
PLAN = "the plan"    # the subject of what is not known about the request; counts where installs may pass


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a gap, of the machine or of the plan; what an uninstall would take decides by itself."""
    for effect in impact.effects:
        if isinstance(effect, UnknownRemoval):
            yield Finding(ID, LEVEL, f"{effect.subject} may take what the operating system owns: {effect.reason}",
                          subject=effect.subject)
    if not facts.interpreter.is_protected or not (impact.effects or impact.happened):
        return
    for gap in impact.gaps:
        subject = gap.subject if gap in facts.gaps else PLAN
        yield Finding(ID, LEVEL, f"{gap.subject}: {gap.reason}", subject=subject)
