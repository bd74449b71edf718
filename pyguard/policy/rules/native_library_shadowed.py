"""A native program of the operating system would load a library that lacks what the program needs.

## Why is this bad?
LD_LIBRARY_PATH, LD_PRELOAD and lines in ld.so.conf.d hold for every program: ssh-keygen, sudo, curl and the
package manager then load the libcrypto of a conda environment or of a vendor and stop with ``version
`OPENSSL_1_1_1' not found``, with no Python in sight.

## Example
`export LD_LIBRARY_PATH=/opt/conda/lib` in /etc/profile.d
(scenarios/native-library-shadowed/).

## What to do instead
Set the variable in the wrapper of the one program that needs it: `exec env LD_LIBRARY_PATH=... program "$@"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.facts import Facts
from ...model.impact import Impact, LibraryShadow
from ...model.request import read_location
from ...model.verdict import Finding, Level

ID = "native-library-shadowed"
LEVEL = Level.BLOCK
SINCE = "0.1"
MOST = 3


def check(facts: Facts, impact: Impact) -> Iterator[Finding]:
    """One finding a program and library."""
    for effect in impact.effects:
        if isinstance(effect, LibraryShadow):
            missing = ", ".join(effect.missing[:MOST]) + (" and more" if len(effect.missing) > MOST else "")
            through = f" (needed by {effect.needed_by})" if effect.needed_by not in ("", effect.tool) else ""
            brought = f" (brought by {effect.change})" if effect.change else ""
            yield Finding(ID, LEVEL, f"{effect.tool} would load {effect.library}{brought}, which lacks {missing}"
                          f"{through}; {effect.variable} in {effect.where} puts it first", subject=effect.tool,
                          location=read_location(effect.where) if effect.where.startswith("/") else None)
