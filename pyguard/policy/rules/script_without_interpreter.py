"""A program on PATH cannot start: the interpreter in its first line is gone.

## Why is this bad?
Scripts that pip writes name their interpreter by its full path. When that Python goes, with an upgrade or with
the environment it was in, the command answers `bad interpreter`; where it hides an OS command of the same name,
that one cannot be had either.

## Example
`~/.local/bin/httpie` with `#!/usr/bin/python3.9` after an upgrade of the distribution
(scenarios/script-without-interpreter/).

## What to do instead
Install the program again, with pipx or into an environment; `pyguard repair` moves the dead script aside.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import DeadScript
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "script-without-interpreter"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a script."""
    for effect in impact.effects:
        if isinstance(effect, DeadScript):
            yield Finding(ID, LEVEL, f"{effect.path} cannot start: {effect.interpreter} is not there",
                          subject=effect.path)
