"""A program of an OS package does not start as things stand.

## Why is this bad?
This is the damage itself: what the other findings put at risk has happened to this tool. It stays so until what
it imports is put right.

## Example
`certbot: ImportError: cannot import name ...` after a pip install of cryptography
(scenarios/os-tool-broken/).

## What to do instead
`pyguard repair` puts right what the audit names, and tries the tool again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import ToolBroken
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "os-tool-broken"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a tool."""
    for effect in impact.effects:
        if isinstance(effect, ToolBroken):
            whom = f" (as {effect.user})" if effect.user else ""
            yield Finding(ID, LEVEL, f"{effect.tool} of {effect.owner} does not start{whom}: {effect.error}",
                          subject=effect.owner, evidence=(effect.tool,))
