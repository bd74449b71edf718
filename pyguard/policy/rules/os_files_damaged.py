"""Files of an OS package are missing or are not what the package manager wrote.

## Why is this bad?
The package manager believes that its files are there as it wrote them, and puts nothing back by itself.
What imports them fails, or runs code that nobody tested with it, until the OS package is installed again.

## Example
`pip uninstall certifi` with the pip of Debian 13, `pip install --target /usr/lib/python3/dist-packages six`
(scenarios/os-files-damaged/).

## What to do instead
`pyguard repair` puts the very files back that the installed version of the package has;
`apt-get install --reinstall PACKAGE` or `dnf reinstall PACKAGE` does it for one package.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.damage import FilesDamaged
from ...model.facts import Facts
from ...model.impact import Impact
from ...model.verdict import Finding, Level

ID = "os-files-damaged"
LEVEL = Level.BLOCK
SINCE = "0.1"


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding an OS package."""
    for effect in impact.effects:
        if isinstance(effect, FilesDamaged):
            said = [f"{len(paths)} {what}, among them {paths[0]}" if len(paths) > 1 else f"{paths[0]} {alone}"
                    for paths, what, alone in ((effect.missing, "files are gone", "is gone"),
                                               (effect.changed, "files were changed", "was changed"),
                                               (effect.closed, "are closed", "cannot be read by everybody")) if paths]
            yield Finding(ID, LEVEL, f"{effect.owner.name} {effect.owner.version}: {'; '.join(said)}",
                          subject=effect.owner.name, evidence=effect.tools)
