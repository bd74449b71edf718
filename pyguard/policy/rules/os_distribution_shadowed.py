"""A distribution or module of the operating system would no longer be the one that is imported.

## Why is this bad?
A site directory that comes earlier on `sys.path` (the user site, /usr/local) wins the import for every
program that runs on that interpreter, the operating system's tools included. PEP 668 calls this shadowing:
nothing is deleted, and yet the tools run with code that nobody tested with them.

## Example
`sudo pip install jinja2==2.11.3`; `pip install attr`, which shadows no distribution by name and
still takes the place of the module that `python3-attr` provides (scenarios/os-distribution-shadowed/).

## What to do instead
Use the OS package if its version will do, else an environment of your own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, Shadow
from ...model.plan import Effectiveness
from ...model.verdict import Finding, Level

ID = "os-distribution-shadowed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a distribution of the operating system that loses the import."""
    for effect in impact.effects:
        if isinstance(effect, Shadow):
            owner = effect.loser.owner.name if effect.loser.owner else effect.loser.name
            arriving = f"{effect.change.name} {effect.change.version or ''}".rstrip()
            theirs = f"{owner}'s {effect.loser.name} {effect.loser.version}".rstrip()
            contested = ", ".join(effect.import_names[:4])
            verb = f"in {effect.change.site} is" if impact.happened else "would be"
            yield Finding(ID, LEVEL, f"{arriving} {verb} imported as {contested} instead of {theirs}"
                          + _but(effect), subject=owner, evidence=effect.requesters)


def _but(effect: Shadow) -> str:
    if effect.outcome is Effectiveness.REFUSED:
        return f" (as it is, pip itself would stop: {effect.because})"
    if effect.outcome is Effectiveness.PINNED:
        return f" (not by programs run with -I or -P: {effect.because})"
    return ""
