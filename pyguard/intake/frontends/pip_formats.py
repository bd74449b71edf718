"""What `--no-binary` and `--only-binary` add up to, as in pip's _internal/models/format_control.py."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.names import canonicalize_name
from .pip_command import Given

ALL, NONE = ":all:", ":none:"
Chosen = dict[str, str]    # a name, or ALL, with what asks for it


def source_asked(given: Sequence[Given]) -> str:
    """What asks for a source instead of a wheel (`--no-binary six`, `PIP_NO_BINARY`, `a.txt:3`), or nothing.

    In the order in which pip reads them: the configuration, the command line, files.
    """
    sources: Chosen = {}
    wheels: Chosen = {}
    for one in given:
        if one.option.dest == "format_control":
            asks = f"{one.option.spellings} {one.value}" if one.origin.startswith("--") else one.origin
            if one.option.spellings == "--no-binary":
                _add(one.value, asks, sources, wheels)
            else:
                _add(one.value, asks, wheels, sources)
    return next(iter(sources.values()), "")


def _add(value: str, asks: str, chosen: Chosen, other: Chosen) -> None:
    names = value.split(",")
    while ALL in names:
        other.clear()
        chosen.clear()
        chosen[ALL] = asks
        del names[:names.index(ALL) + 1]
        if NONE not in names:
            return
    for name in names:
        if name == NONE:
            chosen.clear()
        else:
            other.pop(canonicalize_name(name), None)
            chosen[canonicalize_name(name)] = asks
