"""Files that belong to an OS package would be overwritten or removed.

## Why is this bad?
The package manager does not notice: it believes that its files are there, as it wrote them. The tool
that needs them fails, and stays broken until the OS package is installed again.

## Example
`pip install --target /usr/lib/python3/dist-packages --upgrade PyJWT`, `pip uninstall certifi`
(scenarios/os-files-changed/).

## What to do instead
Let the package manager remove or update its own files; put other versions into an environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import FilesRemoved, Impact, Overwrite, Removal
from ...model.plan import Effectiveness
from ...model.verdict import Finding, Level

ID = "os-files-changed"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a distribution of the operating system that would be overwritten or removed."""
    for effect in impact.effects:
        if isinstance(effect, Overwrite):
            yield Finding(ID, LEVEL, f"{effect.change.name} would overwrite {effect.owner.name}'s files in "
                          f"{effect.path}", subject=effect.owner.name)
        elif isinstance(effect, FilesRemoved):
            yield Finding(ID, LEVEL, f"{effect.how} takes {effect.path} from the OS package that owns it",
                          subject=effect.path)
        elif isinstance(effect, Removal) and effect.distribution.owner:
            yield Finding(ID, LEVEL, _describe(effect), subject=effect.distribution.owner.name,
                          evidence=effect.requesters)


def _describe(effect: Removal) -> str:
    gone = f"{effect.distribution.name} {effect.distribution.version}".rstrip()
    owner = effect.distribution.owner.name if effect.distribution.owner else ""
    if effect.outcome is Effectiveness.REFUSED:
        return f"{gone} in {effect.distribution.site} belongs to {owner}; pip would stop: {effect.because}"
    if effect.change.version is None:
        return f"{gone} in {effect.distribution.site} belongs to {owner}"
    return (f"this pip would delete {owner}'s {gone} from {effect.distribution.site} to put "
            f"{effect.change.name} {effect.change.version}".rstrip() + f" elsewhere ({effect.because})")
