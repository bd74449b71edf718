"""Files lie in a directory of the operating system's that no OS package put there.

## Why is this bad?
Every tool of the operating system imports from there, in front of nothing that could protect it, and the
next update of an OS package may fail on them or silently keep them. Nobody keeps a record of them.

## Example
`pip install --target /usr/lib/python3/dist-packages foo`, `cp helper.py /usr/lib/python3/dist-packages/`
(scenarios/os-directory-polluted/).

## What to do instead
Put what is yours into an environment; `pyguard repair` moves what is there into a quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import StrangeFiles
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "os-directory-polluted"
LEVEL = Level.WARN
SINCE = "0.1"
MOST = 4


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a directory."""
    for effect in impact.effects:
        if isinstance(effect, StrangeFiles):
            names = [path[len(effect.directory) + 1:] for path in effect.paths]
            more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
            yield Finding(ID, LEVEL, f"{', '.join(names[:MOST])}{more} in {effect.directory} "
                          f"{'belong' if len(names) > 1 else 'belongs'} to no OS package",
                          subject=effect.directory)
