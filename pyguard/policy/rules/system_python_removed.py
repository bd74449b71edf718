"""The package manager is asked to remove the Python that the distribution's own tools run on.

## Why is this bad?
Everything that depends on it goes along: on desktops the desktop, on servers cloud-init, ufw, fail2ban or
yum itself. With --force or --nodeps the tools stay and cannot start.

## Example
`apt-get remove -y python3`
(scenarios/system-python-removed/).

## What to do instead
Leave it; another Python beside it disturbs nobody. To make an image smaller, build in one stage and copy
into another that never had it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, InterpreterRemoved
from ...model.verdict import Finding, Level

ID = "system-python-removed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding an OS package."""
    for effect in impact.effects:
        if isinstance(effect, InterpreterRemoved):
            yield Finding(ID, LEVEL, f"{effect.how} removes {effect.package}, on which the distribution's own tools "
                          "run", subject=effect.package)
