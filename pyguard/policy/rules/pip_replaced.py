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
from typing import Optional

from ...model.facts import Facts, PipBuild
from ...model.impact import Impact, PipReplaced
from ...model.verdict import Finding, Level

ID = "pip-replaced"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """At most one finding: the pip that would no longer run."""
    for effect in impact.effects:
        if isinstance(effect, PipReplaced):
            arriving = f"pip {effect.change.version or ''}".rstrip()
            verb = f"in {effect.change.site} runs" if impact.happened else "would run"
            yield Finding(ID, LEVEL, f"{arriving} {verb} instead of {_present(effect.present)}", subject="pip")


def _present(pip: Optional[PipBuild]) -> str:
    """Whose pip it is now; not known of an image that only a file describes."""
    if pip is None:
        return "the distribution's own, or where the distribution meant none to run"
    owner = pip.owner.name if pip.owner else "the operating system"
    loses = ", which leaves alone what OS packages own" if pip.patched or pip.spares_prefix else ""
    return f"{owner}'s pip {pip.version}{loses}"
