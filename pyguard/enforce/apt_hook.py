"""A line in apt's configuration: pyguard looks again after packages have changed (apt.conf(5), DPkg::Post-Invoke)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import PyguardError
from .manifest import Manifest

DIRECTORY = "/etc/apt/apt.conf.d"
PATH = f"{DIRECTORY}/90pyguard"
PLAIN = re.compile(r"[A-Za-z0-9/._+-]+$")
# Whatever becomes of pyguard, apt never fails because of it and prints nothing of it.
TEXT = """\
// pyguard looks again at what is shadowed and which tools there are; does nothing once pyguard is gone.
DPkg::Post-Invoke {{ "test ! -x {program} || {command} hook refresh >/dev/null 2>&1 </dev/null || true"; }};
"""


def install(argv: Sequence[str], manifest: Manifest) -> None:
    """`argv`: how pyguard is called. Raises PyguardError for a path that sh would read in another way."""
    if not all(PLAIN.match(word) for word in argv):
        raise PyguardError("odd-path", f"{' '.join(argv)} cannot stand in apt's configuration",
                           hint="install pyguard in a directory with a plain name")
    manifest.open()
    manifest.create(PATH, TEXT.format(program=argv[0], command=" ".join(argv)).encode("ascii"))
