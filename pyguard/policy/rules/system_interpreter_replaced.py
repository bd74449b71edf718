"""A program of the distribution's Python is replaced by another one.

## Why is this bad?
dnf, apt's helpers, add-apt-repository, cloud-init and gdm start `/usr/bin/python3` and expect the version
and the modules they were built for; compiled modules such as apt_pkg exist for that version only.

## Example
`update-alternatives --install /usr/bin/python3 python3 /usr/local/bin/python3.11 1`
(scenarios/system-interpreter-replaced/).

## What to do instead
Call the other Python by its own name (python3.11), or put the directory of an environment first on PATH.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, InterpreterReplaced
from ...model.verdict import Finding, Level

ID = "system-interpreter-replaced"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a program."""
    for effect in impact.effects:
        if isinstance(effect, InterpreterReplaced):
            yield Finding(ID, LEVEL, _describe(effect, impact.happened), subject=effect.path)


def _describe(effect: InterpreterReplaced, happened: bool) -> str:
    if happened:
        now = f"leads to {effect.target}" if effect.target else "is not there"
        return f"the distribution's {effect.path} {now}; {effect.how}"
    what = f"with {effect.target}" if effect.target else "with nothing"
    return f"{effect.how} replaces the distribution's {effect.path} {what}"
