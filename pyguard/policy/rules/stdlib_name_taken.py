"""A distribution brings a module that the standard library has, and waits to be imported instead of it.

## Why is this bad?
Back-ports such as `enum34` or `dataclasses` were written for another Python. As long as the standard library
comes first nothing happens; a PYTHONPATH, a script beside them or `python -m` in that directory is enough, and
then even `import re` fails.

## Example
`sudo pip install enum34` on Python 3
(scenarios/stdlib-name-taken/).

## What to do instead
Remove the back-port: this Python has the module. `pyguard repair` moves it into a quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import StdlibNameTaken
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "stdlib-name-taken"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a distribution."""
    for effect in impact.effects:
        if isinstance(effect, StdlibNameTaken):
            yield Finding(ID, LEVEL, f"{effect.name} in {effect.site} brings its own {', '.join(effect.modules)}, "
                          "which the standard library has", subject=effect.site)
