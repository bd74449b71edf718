"""Shims and the shells' start-up files -> which shells look for pip among the shims, and which do not."""

from __future__ import annotations

from collections.abc import Sequence

from ..host import Host
from .layers import Layer
from .shell_start import Start
from .shims import SHIM

BY_HAND = ("pyguard init", "/.pyguard-init.")
CAUGHT = "pip, pip3, pip3.N and the others by name, in this shell and all that it starts"


def inspect_shells(host: Host, shims: str, starts: Sequence[Start], path: Sequence[str]) -> tuple[Layer, ...]:
    """A row for the shims themselves, and one for each start-up file."""
    if not host.exists(f"{shims}/{SHIM}"):
        return (Layer("shims", "off", "", "pyguard hook install --shell"),)
    names = [name for name in host.list(shims) if not name.startswith(".")]
    first = _is_first(shims, path, names, host)
    rows = [Layer("shims", "on", shims, _stands(names, first))]
    rows += [_start(host, start) for start in starts]
    return tuple(rows)


def _is_first(shims: str, path: Sequence[str], names: Sequence[str], host: Host) -> bool:
    """True if nothing on PATH with one of these names comes before the shims."""
    for entry in path:
        if entry == shims:
            return True
        if any(host.exists(f"{entry}/{name}") for name in names if entry.startswith("/")):
            return False
    return False


def _stands(names: Sequence[str], first: bool) -> str:
    if not names:
        return "before no tool, as there was none when they were made: pyguard hook rehash"
    where = "first on this PATH" if first else "not first on this PATH: nothing is caught by name here, see below"
    return f"{', '.join(names)}; {where}"


def _start(host: Host, start: Start) -> Layer:
    name = f"start of {start.shell}"
    try:
        text = host.read_text(start.path)
    except OSError:
        text = ""
    if start.line in text:
        return Layer(name, "on", start.path, CAUGHT)
    if any(sign in text for sign in BY_HAND):
        return Layer(name, "on", start.path, f"{CAUGHT}; by a line that was written by hand")
    return Layer(name, "off", start.path, f"not caught by name in this shell; pyguard hook install --shell, or: "
                                          f"{start.line.splitlines()[0]}")
