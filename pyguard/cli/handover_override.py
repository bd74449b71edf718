"""A command line met inside an interpreter that says `--pyguard-allow`: carried out again, guarded, without that word.

The process that asks waits. It cannot go on by itself: its tool knows no such option, and somebody has to be left
to look at what the install did. How it was called is read from the kernel (proc(5), cmdline).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from ..errors import ForeignUsageError, UsageError
from ..host import Host
from ..model.frozen import replace
from ..model.verdict import Level
from .handover import EXIT_REFUSED, Asked, judge_asked
from .ours import take_override

if TYPE_CHECKING:
    from ..judge import Caller


def carry_out(asked: Asked, caller: Caller, stderr: TextIO) -> int:
    """The exit code of the install, or 11. Raises UsageError where it cannot be started once more."""
    from ..enforce.run import pinned
    from .override import run_guarded, run_judged
    from .settle import settle

    words, ours = take_override(asked.arguments)
    called = _called(asked)
    argv = (*called, *words)
    host = Host()
    try:
        judged = judge_asked(host, asked._replace(arguments=words), caller)
    except ForeignUsageError:
        judged = None    # the tool's own error stands
    if judged is None:
        return run_judged(asked.interpreter, argv, caller.environ)
    if not settle(judged.decision, caller, stderr, ours.reason):
        return EXIT_REFUSED
    if judged.decision.verdict.level is not Level.BLOCK:
        return run_judged(asked.interpreter, (*called, *pinned(judged.decision, words)), caller.environ)
    command = replace(judged.command, program=asked.interpreter, argv=argv)
    return run_guarded(host, command, judged.decision, caller, ours.keep, stderr)


def _called(asked: Asked) -> Sequence[str]:
    """What stands before the tool's own arguments: `python3 -I -m pip`, `/usr/bin/python3 /usr/bin/pip`."""
    try:
        with open(f"/proc/{os.getppid()}/cmdline", "rb") as file:
            words = [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    except OSError:
        words = []
    before = words[:len(words) - len(asked.arguments)]
    if len(before) < 2 or before[-1] == "-" or tuple(words[len(before):]) != asked.arguments:
        raise UsageError("not-typed", "--pyguard-allow is for a command line, and a program has asked for this install",
                         hint="PYGUARD_ALLOW='your reason' in the program's environment allows it, on the record")
    return before
