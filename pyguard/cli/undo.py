"""`pyguard undo [ID]`: takes back a change that pyguard made, the newest if none is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from ..enforce.changes.transaction import locked
from ..enforce.changes.undo import find_change, settle, take_back
from ..render.words import printable
from .changes import changes_directory, tell_settled, telling_interruption, undo_of_user
from .hook_remove import run as remove_hooks
from .hook_targets import Parser

EXIT_LEFT = 12
HOOKS = "hooks"    # what pyguard hook install wrote has records of its own


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 when everything is as it was before; 12 when something was left because it was changed since."""
    parser = Parser(prog="pyguard undo", description=__doc__, allow_abbrev=False)
    parser.add_argument("id", nargs="?", default="", help="from pyguard history, or `hooks`")
    wanted = parser.parse_args(list(arguments)).id
    if wanted == HOOKS:
        code = remove_hooks([], environ=environ, cwd=cwd, uid=uid, stdout=stdout, stderr=stderr)
        return EXIT_LEFT if code else 0
    directory = changes_directory(environ, uid)
    with locked(directory, uid):
        settled = [] if wanted else settle(directory, undo_of_user)
        left_before = tell_settled(settled, stdout, stderr)
        if settled:
            return EXIT_LEFT if left_before else 0
        change = find_change(directory, wanted)
        with telling_interruption(directory, change.id, stderr):
            left = take_back(change, undo_of_user)
    for line in left:
        stderr.write(printable(f"pyguard: {line}") + "\n")
    if left:
        stderr.write(f"  the rest is taken back; pyguard undo {change.id} tries again what was left\n")
    else:
        stdout.write(f"{change.id}: taken back, everything is as it was\n")
    return EXIT_LEFT if left else 0
