"""Aliases of a script: bash expands them only after `shopt -s expand_aliases`."""

from __future__ import annotations

from ...model.late_pattern import late
from .state import State
from .words import Word

EXPANDED = "expand_aliases"
SEVERAL = late(r"[;&|<>$`\n]")    # more than the words of one command


def note_alias(argv: list[str], state: State, line: int) -> None:
    """`alias pipi='pip3 install -U'`."""
    for word in argv[1:]:
        name, equals, text = word.partition("=")
        if equals and name:
            state.written[f"alias {name}"] = "" if SEVERAL.search(text) else text


def note_option(argv: list[str], state: State, line: int) -> None:
    """`shopt -s expand_aliases`, and -u."""
    if EXPANDED in argv[2:] and argv[1] in ("-s", "-u"):
        state.written[EXPANDED] = "1" if argv[1] == "-s" else ""


def without_alias(argv: list[str], first: Word, state: State) -> list[str]:
    """The words with those of the alias that the first one is; a quoted name is none."""
    text = state.written.get(f"alias {first.literal}") if not first.quoted else None
    return [*text.split(), *argv[1:]] if text else argv
