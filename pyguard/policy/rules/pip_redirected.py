"""pip's configuration sends every install to a directory of its own choice.

## Why is this bad?
`--target`, `--prefix` and `--root` walk past the distribution's EXTERNALLY-MANAGED file, and nobody who types
`pip install` sees that they are set. Where the directory is one of the operating system's, its files go.

## Example
`target = /usr/lib/python3/dist-packages` in /etc/pip.conf
(scenarios/pip-redirected/).

## What to do instead
Say it on the command line of the one command that needs it, or make an environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import PipRedirected
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.request import read_location
from ...model.verdict import Finding, Level

ID = "pip-redirected"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a setting."""
    for effect in impact.effects:
        if isinstance(effect, PipRedirected):
            yield Finding(ID, LEVEL, f"{effect.setting} = {effect.value} in {effect.where} holds for every pip install"
                          + (f" of {effect.user}" if effect.user else ""), subject=effect.where.rsplit(":", 1)[0],
                          location=read_location(effect.where))
