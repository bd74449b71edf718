"""Something would be installed into the user site, which every environment of that Python version sees.

## Why is this bad?
`~/.local/lib/python3.X/site-packages` comes before the site directory of every conda environment with the
same Python version (PEP 370; venvs leave it out). What one environment puts there breaks the others,
long after and without a trace in them.

## Example
`pip install --user numpy==1.19` in an activated conda environment (scenarios/user-site-leaks/).

## What to do instead
Leave `--user` out: the environment has a site directory of its own. PYTHONNOUSERSITE=1 keeps what is in
the user site already out of an environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, UserSiteLeak
from ...model.verdict import Finding, Level

ID = "user-site-leaks"
LEVEL = Level.WARN
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding an install that leaves its conda environment for the user site."""
    for effect in impact.effects:
        if isinstance(effect, UserSiteLeak):
            names = ", ".join(change.name for change in effect.changes[:4])
            verb = "lies in" if impact.happened else "would go to"
            reader = effect.interpreter if impact.happened else "every environment with this Python version"
            yield Finding(ID, LEVEL, f"{names or 'this'} {verb} {effect.site}, which {reader} imports from unless "
                          f"{effect.variable} is set", subject=effect.site)
