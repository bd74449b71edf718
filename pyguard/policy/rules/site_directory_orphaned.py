"""A site directory holds distributions for a Python version that is gone.

## Why is this bad?
After an upgrade of the distribution nothing imports from there any more: programs that were installed into it
fail with `No module named ...`, and what lies there is neither updated nor removed by anybody.

## Example
`/usr/local/lib/python3.9/dist-packages` on Debian 12, `~/.local/lib/python3.9` after an upgrade
(scenarios/site-directory-orphaned/).

## What to do instead
Install what is still needed into an environment of the present Python; `pyguard repair` moves the rest into a
quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import OrphanedSite
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "site-directory-orphaned"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a directory."""
    for effect in impact.effects:
        if isinstance(effect, OrphanedSite):
            yield Finding(ID, LEVEL, f"{effect.path} holds {len(effect.holds)} "
                          f"{'entries' if len(effect.holds) > 1 else 'entry'} for Python {effect.version}, "
                          "which is not here any more", subject=effect.path)
