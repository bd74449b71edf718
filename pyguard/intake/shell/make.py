"""A command line of make becomes what it makes: where the Makefile may lie, the goals, the variables given."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from ...model.late_pattern import late
from .state import State

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")    # as GNU make looks for them
VALUES = frozenset(("-C", "-f", "-I", "-o", "-W", "-E", "--directory", "--file", "--makefile", "--include-dir"))
OF_PYTHON = late(r"(install[-_]python|python[-_]install|install[-_]py)[\d.]*$")
FOUND = late(r"^[$`(]+\s*(?:which|command -v|type -p)\s+([^\s()`]+)[)`]$")
STAGED = frozenset(("DESTDIR", "PREFIX", "prefix"))
GOALS, GIVEN = "MAKECMDGOALS", "MAKEOVERRIDES"         # make's own names for them


class Made(NamedTuple):
    """`places` are paths as seen from the shell's directory."""

    places: tuple[str, ...]
    goals: tuple[str, ...]
    given: tuple[str, ...]


def read_make(argv: list[str]) -> Made:
    """`make -C D -f F NAME=value goal`."""
    directory = file = ""
    words: list[str] = []
    waiting = list(reversed(argv[1:]))
    while waiting:
        word = waiting.pop()
        option, equals, value = word.partition("=")
        if word.startswith("-"):
            if option not in VALUES and word[:2] in VALUES and not word.startswith("--"):
                option, value = word[:2], word[2:]
            elif option in VALUES and not equals:
                value = waiting.pop() if waiting else ""
            directory = value if option in ("-C", "--directory") else directory
            file = value if option in ("-f", "--file", "--makefile") else file
        elif not word.isdigit():    # -j 4
            words.append(word)
    places = tuple(f"{directory}/{name}" if directory else name for name in ([file] if file else MAKEFILES))
    return Made(places, tuple(word for word in words if "=" not in word), tuple(word for word in words if "=" in word))


def python_installed(argv: list[str]) -> list[str]:
    """`make install-python PYTHON=python3` of a source tree that is not here: as its setup.py would be run."""
    made = read_make(argv)
    given = dict(word.partition("=")[::2] for word in made.given)
    if not any(OF_PYTHON.match(goal) for goal in made.goals) or not STAGED.isdisjoint(given):
        return []
    python = given.get("PYTHON", "python3")
    return [FOUND.sub(r"\1", python), "setup.py", "install"]


def made_state(state: State, made: Made) -> State:
    """What the recipes run in: the environment alone, with the goals and the variables of the command line."""
    inner = state.copy()
    inner.variables = {name: value for name, value in state.variables.items() if name in state.exported}
    inner.functions, inner.cwd = {}, ""
    inner.variables[GOALS], inner.variables[GIVEN] = shlex.join(made.goals), shlex.join(made.given)
    return inner


def made_of(state: State) -> tuple[list[str], dict[str, str]]:
    """The goals and the given variables again."""
    try:
        goals, given = (shlex.split(state.variables.get(name) or "") for name in (GOALS, GIVEN))
    except ValueError:    # somebody else's text under that name
        return [], {}
    return goals, {name: value for name, equals, value in (word.partition("=") for word in given) if equals}
