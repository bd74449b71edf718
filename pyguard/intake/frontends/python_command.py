"""A Python command line -> the module or the script that it runs, read with the interpreter's own option arity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional, Union

WITH_VALUE = "WX"              # Python/getopt.c: "bBc:dEhiIJm:OPqRsStuvVW:xX:?"
LAST = "cm"                    # what follows is the program's own
LONG_WITH_VALUE = ("--check-hash-based-pycs",)


class ModuleRun(NamedTuple):
    """`python FLAGS -m MODULE ARGUMENTS`; `flags` are single letters such as `I`, `s`, `E`."""

    module: str
    arguments: tuple[str, ...]
    flags: frozenset[str]


def read_module_run(argv: Sequence[str]) -> Optional[ModuleRun]:
    """None where no module is run: a script, `-c`, standard input, only options. `argv` begins with the interpreter."""
    found = _read(argv)
    return found if isinstance(found, ModuleRun) else None


def read_script_run(argv: Sequence[str]) -> Optional[tuple[str, tuple[str, ...]]]:
    """The script's path as it was given, and its arguments; None where there is none."""
    found = _read(argv)
    return None if isinstance(found, ModuleRun) else found


def _read(argv: Sequence[str]) -> Union[ModuleRun, tuple[str, tuple[str, ...]], None]:
    words = list(argv[1:])
    flags: set[str] = set()
    while words:
        word = words.pop(0)
        if word in LONG_WITH_VALUE and words:
            words.pop(0)
        elif word.startswith("--") and word != "--":
            continue
        elif word == "--":
            return (words[0], tuple(words[1:])) if words else None
        elif not word.startswith("-"):
            return word, tuple(words)
        elif word == "-":
            return None
        else:
            letter, value = _read_cluster(word[1:], flags)
            if letter in LAST and letter:
                value = value or (words.pop(0) if words else "")
                return ModuleRun(value, tuple(words), frozenset(flags)) if letter == "m" and value else None
            if letter and not value and words:
                words.pop(0)
    return None


def _read_cluster(letters: str, flags: set[str]) -> tuple[str, str]:
    """The first letter that takes a value, and the rest of the word as that value; the others are flags."""
    for index, letter in enumerate(letters):
        if letter in WITH_VALUE or letter in LAST:
            return letter, letters[index + 1:]
        flags.add(letter)
    return "", ""
