"""Where a new conda environment of a name would go: asked of the tool itself, which knows its whole configuration."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence

from ..errors import PyguardError
from .child import Signals, run_child


def ask_directories(program: str, environ: Mapping[str, str], signals: Signals) -> tuple[str, ...]:
    """In the tool's own order; `conda info --json` and micromamba's differ. None where it does not say."""
    with tempfile.TemporaryFile() as output:
        code = run_child((program, "info", "--json"), environ, "/", signals, output)
        output.seek(0)
        said = output.read()
    try:
        table = json.loads(said) if code == 0 else {}
    except ValueError:
        table = {}
    found = table.get("envs_dirs") or table.get("envs directories") or [] if isinstance(table, dict) else []
    entries = [found] if isinstance(found, str) else found
    return tuple(entry for entry in entries if isinstance(entry, str) and entry.startswith("/"))


def free_prefix(name: str, said: Sequence[str], known: Sequence[str]) -> str:
    """The prefix in the first directory of the tool's that can be written to.

    Raises PyguardError where the name is taken in any directory, the tool's or another one that was found.
    """
    for directory in (*said, *known):
        if os.path.lexists(f"{directory}/{name}"):
            raise PyguardError("name-taken", f"{directory}/{name} is there already and is left as it is",
                               f"{directory}/{name}")
    for directory in said or known:
        if os.access(nearest(directory), os.W_OK | os.X_OK):
            return f"{directory}/{name}"
    raise PyguardError("no-place", "there is no directory for environments that can be written to",
                       ", ".join(said or known))


def nearest(path: str) -> str:
    """The path itself or the first of the directories above it that is there."""
    while not os.path.isdir(path) and path != "/":
        path = os.path.dirname(path)
    return path
