"""A module of the standard library would be replaced by one that comes before it on the path.

## Why is this bad?
Directories named in PYTHONPATH come before the standard library. A back-port such as `enum34` or
`dataclasses`, written for another Python, is then imported by every program instead of the real module:
with enum34 even `import re` fails, and with it pip itself.

## Example
`PYTHONPATH=/opt/libs pip install --target /opt/libs enum34` on Python 3
(scenarios/stdlib-module-shadowed/).

## What to do instead
Leave the back-port out: this Python has the module. In a requirements file a marker does it:
`enum34; python_version < "3.4"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, StdlibShadow
from ...model.verdict import Finding, Level

ID = "stdlib-module-shadowed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a module of the standard library that loses the import."""
    for effect in impact.effects:
        if isinstance(effect, StdlibShadow):
            yield Finding(ID, LEVEL, f"{effect.change.name} brings its own {effect.module} to {effect.site}, which "
                          f"{effect.because} puts before the standard library", subject=effect.module)
