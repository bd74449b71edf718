"""A standard library without an EXTERNALLY-MANAGED file -> one with pyguard's text (PEP 668), and a record of it."""

from __future__ import annotations

import os

from ..errors import PyguardError
from .manifest import Manifest

NAME = "EXTERNALLY-MANAGED"
TEXT = """\
[externally-managed]
Error=This Python belongs to {system}: its own tools run on it, and what is
 installed here is what they import.
 .
 For a program or a project, make an environment:
 .
     python3 -m venv DIRECTORY      then DIRECTORY/bin/pip install ...
     conda create -n NAME ...
 .
 For everyone on this machine, look for the {system} package first.
 .
 This file was put here by pyguard: `pyguard explain pip install ...` says
 what would break, `pyguard hook remove` takes the file away.
"""


def install(stdlib: str, system: str, manifest: Manifest) -> None:
    """Make the file, never over the distribution's own. Raises PyguardError where there is one.

    `stdlib` is sysconfig's directory of that name, where PEP 668 says that installers look.
    """
    path = os.path.join(stdlib, NAME)
    if os.path.lexists(path):
        raise PyguardError("file-exists", f"{path} is there already", hint="nothing was changed: it does the same")
    text = TEXT.format(system="".join(character for character in system if character.isprintable()))
    manifest.open()
    manifest.create(path, text.encode("utf-8"))
