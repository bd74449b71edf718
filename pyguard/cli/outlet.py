"""A report and the path that was given for it -> the file; pyguard's own part of it is enforce/rewrite.py."""

from __future__ import annotations

import os


def write_file(name: str, text: str, cwd: str, mode: int | None = None, theirs: bool = False) -> None:
    """Whole or not at all, with the rights that pyguard runs with. Raises PyguardError."""
    from ..enforce.rewrite import replace_file

    replace_file(os.path.join(cwd, name), text, os.geteuid(), mode, theirs)
