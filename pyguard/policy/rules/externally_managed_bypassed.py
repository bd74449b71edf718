"""The distribution's EXTERNALLY-MANAGED file says no, and the command walks around it.

## Why is this bad?
`--break-system-packages`, `PIP_BREAK_SYSTEM_PACKAGES` or a line in pip.conf switch the only guard of
PEP 668 off; `--target`, `--prefix` and `--root` never ask it, nor does a pip before 23.0. None of them
says what would break.

## Example
`pip install --prefix /usr six`, which puts another six in front of the operating system's
(scenarios/externally-managed-bypassed/).

## What to do instead
What the EXTERNALLY-MANAGED file asks for: the OS package, or an environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import GuardBypass, Impact
from ...model.verdict import Finding, Level

ID = "externally-managed-bypassed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a way around the guard, with who set it."""
    for effect in impact.effects:
        if isinstance(effect, GuardBypass):
            where = f" ({effect.where})" if effect.where and effect.where != effect.how else ""
            yield Finding(ID, LEVEL, f"{effect.how}{where} walks around {effect.guard}", subject=effect.how)
