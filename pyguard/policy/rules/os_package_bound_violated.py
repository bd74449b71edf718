"""A version would be imported that an OS package or an installed distribution says it does not accept.

## Why is this bad?
The distribution built and tested its tools against the versions it ships, and wrote the limits down:
`python3-openssl` of Debian 12 declares `python3-cryptography (<< 40)`. pip never reads those. The tools
behind the bound then stop with an AttributeError or an ImportError, often at the next boot.

## Example
`pip install --user cryptography==42.0` on Debian 12 with certbot installed
(scenarios/os-package-bound-violated/).

## What to do instead
Install the version you want where only your own program sees it: a conda environment or a venv.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import BrokenBound, BrokenRequirement, Impact
from ...model.verdict import Finding, Level

ID = "os-package-bound-violated"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a bound or requirement that holds today and would not any more."""
    for effect in impact.effects:
        if isinstance(effect, BrokenBound):
            version = effect.requester.owner.version if effect.requester.owner else ""
            yield Finding(ID, LEVEL, f"{effect.requester.name} {version} needs {effect.bound}" + _but(effect, impact),
                          subject=effect.requester.name, evidence=effect.tools)
        elif isinstance(effect, BrokenRequirement):
            owner = effect.distribution.owner
            name = owner.name if owner else effect.distribution.name
            yield Finding(ID, LEVEL, f"{name} ({effect.distribution.name} {effect.distribution.version}) "
                          f"requires {effect.requirement}" + _but(effect, impact), subject=name,
                          evidence=effect.tools)


def _but(effect: BrokenBound | BrokenRequirement, impact: Impact) -> str:
    """An audit has to say what is there instead; a refusal says it in its first line."""
    found = f"{effect.change.name} {effect.change.version}".rstrip()
    return f", but imports {found} from {effect.change.site}" if impact.happened else ""
