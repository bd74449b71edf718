"""What is typed at a prompt: after `sudo -i` the next lines are root's, until the shell within is left again."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import User
from .state import State

ROOTS = late(r"sudo (?:-\w*[is]\w*|su|(?:ba|z)?sh)$|sudo su (?:-|-l|--login|root|- root)$|su(?: -| -l| root| - root)?$")
LEFT = frozenset(("exit", "logout"))


def enter(argv: list[str], state: State) -> None:
    """Change the state to what the next lines have, where the command is a shell's or leaves one."""
    if state.user is not User.ROOT and ROOTS.match(" ".join(argv)):
        state.user, state.sudo = User.ROOT, True
    elif argv[0] in LEFT and state.sudo:
        state.user, state.sudo = User.UNKNOWN, False
