"""A command of the operating system would no longer be the one that is found first on PATH.

## Why is this bad?
/usr/local/bin and ~/.local/bin come before /usr/bin. A program put there takes the operating system's
name: scripts, cron jobs and people get another version, with another configuration, run by another
Python.

## Example
`sudo pip install certbot` on a machine with the certbot of the distribution
(scenarios/command-shadowed/).

## What to do instead
Use the OS package's command, or install the program with pipx under a name of your choice
(`pipx install --suffix`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import CommandShadow, Impact
from ...model.verdict import Finding, Level

ID = "command-shadowed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a command that would be found elsewhere."""
    for effect in impact.effects:
        if isinstance(effect, CommandShadow):
            yield Finding(ID, LEVEL, _describe(effect, impact.happened), subject=effect.owner.name,
                          evidence=(effect.shadowed,))


def _describe(effect: CommandShadow, happened: bool) -> str:
    theirs = f"{effect.owner.name}'s {effect.shadowed}"
    if happened:
        return f"{effect.command} is found before {theirs}"
    assumed = " (a command of its own name is assumed)" if effect.assumed else ""
    return f"{effect.change.name} would put {effect.command} before {theirs}{assumed}"
