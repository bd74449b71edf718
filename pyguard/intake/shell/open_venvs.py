"""A command that makes an environment with --system-site-packages: whether those are the distribution's Python's."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import Ground
from .state import State

OPTION = "--system-site-packages"
BASE = late(r"(?:/usr/bin/|/bin/)?(?:python[\d.]*|pyvenv[\d.-]*)$|(?:\S*/)?virtualenv[\d.-]*$|\d[\d.]*$")
MINOR = late(r"\d+(?:\.\d+)?$")


def note_open(paths: list[str], argv: list[str], state: State) -> None:
    """`argv` makes the environments of these paths."""
    names = {name for path in paths for name in (path.rstrip("/"), state.full_path(path))}
    if _opens_to_distribution(argv, state):
        state.open_venvs.update(names)
    else:
        state.open_venvs.difference_update(names)


def _opens_to_distribution(argv: list[str], state: State) -> bool:
    """`virtualenv --system-site-packages D`, `python3 -m venv --system-site-packages D`, by no Python apart."""
    if OPTION not in argv or state.active.ground is not Ground.HOST:
        return False
    named = [argv[0], *(value for option, value in zip(argv, argv[1:]) if option in ("-p", "--python")),
             *(word.partition("=")[2] for word in argv if word.startswith("--python="))]
    return all(BASE.match(each) and not _is_apart(each, state) for each in named)


def _is_apart(python: str, state: State) -> bool:
    version = MINOR.search(python)
    return (version.group() if version else "3") in state.private_versions or python in state.private_versions
