"""Something would be installed for an interpreter that the operating system's own tools run on.

## Why is this bad?
Whatever lands on that interpreter's `sys.path` is imported by dnf, apt's helpers, cloud-init or
firewalld as well. Even a distribution that conflicts with nothing today stands in the way of
tomorrow's OS package of the same name, and survives as an orphan when the distribution moves on to the
next Python.

## Example
`sudo pip install cowsay`, `COPY helper.py /usr/lib/python3/dist-packages/`
(scenarios/protected-interpreter-install/).

## What to do instead
An environment costs one command more. A site that wants global installs says so in its policy:
`global-installs = "shadow-only"` refuses only what touches something an OS tool uses.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, LocalFilesRemoved, ProtectedInstall
from ...model.verdict import Finding, Level

ID = "protected-interpreter-install"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding an install, or a removal by hand, that reaches a protected interpreter."""
    for effect in impact.effects:
        if isinstance(effect, ProtectedInstall):
            yield Finding(ID, LEVEL, f"{effect.interpreter} would import from {effect.site}, where this "
                          "writes", subject=effect.site)
        elif isinstance(effect, LocalFilesRemoved):
            yield Finding(ID, LEVEL, f"{effect.how} takes what pip put into {effect.site}, where {effect.interpreter} "
                          "imports from", subject=effect.site)
