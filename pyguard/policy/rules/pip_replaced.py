"""Another pip would run instead of the operating system's own.

## Why is this bad?
The distribution's pip is fitted to the distribution: Debian 11's and 12's leaves alone what OS packages
own. The upstream pip that takes its place deletes it, and knows nothing of the distribution's other
changes; the old `/usr/bin/pip` may not even start with it (`cannot import name 'main'`).

## Example
`sudo pip install --upgrade pip` (scenarios/pip-replaced/).

## What to do instead
A newer pip lives well in an environment: every venv and conda environment has its own, and
`pip --python` lets that one work elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, PipReplaced
from ...model.verdict import Finding, Level

ID = "pip-replaced"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """At most one finding: the pip that would no longer run."""
    for effect in impact.effects:
        if isinstance(effect, PipReplaced) and effect.present is not None:
            owner = effect.present.owner.name if effect.present.owner else "the operating system"
            loses = ", which leaves alone what OS packages own" if effect.present.patched else ""
            yield Finding(ID, LEVEL, f"pip {effect.change.version or ''}".rstrip() + f" would run instead of {owner}'s "
                          f"pip {effect.present.version}{loses}", subject=owner)
