"""An install into a conda environment -> a note when the user site leaks into it. The install goes on as it is."""

from __future__ import annotations

from typing import TextIO

from ..host import Host
from ..judge import Caller
from ..model.facts import Interpreter
from ..render.words import abbreviate, printable


def note_leak(host: Host, interpreter: Interpreter, caller: Caller, stderr: TextIO) -> None:
    """One listing of a directory. conda's environments read the user site, venvs do not (PEP 370)."""
    home = caller.environ.get("HOME", "")
    if not home.startswith("/") or caller.environ.get("PYTHONNOUSERSITE") or not interpreter.user_site:
        return
    base = caller.environ.get("PYTHONUSERBASE") or f"{home}/.local"
    site = f"{base}/lib/python{interpreter.minor}/site-packages"
    try:
        names = host.list(site)
    except OSError:
        return    # there is none, as it should be
    count = sum(name.endswith((".dist-info", ".egg-info", ".egg-link")) for name in names)
    if count:
        what = f"{count} distribution{'s' if count > 1 else ''}"
        stderr.write(printable(f"pyguard: note: {what} in {abbreviate(site, home)} come before what this environment"
                               " has; PYTHONNOUSERSITE=1 keeps them out") + "\n")
        stderr.flush()
