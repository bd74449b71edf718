"""After a refusal: ask, or go on, and make the environment that was offered. The refused command stays refused."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from ..enforce.child import Interrupted
from ..enforce.redirect import Made, carry_out, choose
from ..errors import PyguardError
from ..facts.conda import read_conda
from ..host import Host
from ..model.settings import Redirect
from ..render.words import command_line, printable
from .settle import keep_record

if TYPE_CHECKING:
    from ..judge import Caller
    from ..model.decision import Decision
    from ..model.remedy import Remedy

EXIT_REFUSED = 11
PATIENCE = 60.0    # seconds that a question waits for its answer: a terminal is no proof of somebody before it


def redirect(decision: Decision, caller: Caller, mode: Redirect, stderr: TextIO) -> int:
    """Exit 11 whatever comes of it: what was asked for did not happen. 128 + n when a signal ended it."""
    def say(text: str) -> None:
        stderr.write(printable(f"pyguard: {text}") + "\n")
        stderr.flush()

    if mode is Redirect.SUGGEST:
        return EXIT_REFUSED
    try:
        remedy = choose(decision)
    except PyguardError as error:
        say(f"no environment was made: {error.message}")
        return EXIT_REFUSED
    if mode is Redirect.ASK and not _is_wanted(remedy, caller, stderr):
        return EXIT_REFUSED
    conda = read_conda(Host(), caller.environ, caller.environ.get("HOME", ""))
    keep_record(decision, caller, "redirect-begun", remedy.creates, stderr)
    try:
        made = carry_out(remedy, decision, caller.environ, conda.envs_dirs, say)
    except Interrupted as error:
        say(f"interrupted ({error}): what was begun is removed")
        keep_record(decision, caller, "redirect-interrupted", remedy.creates, stderr)
        return 128 + error.number
    except PyguardError as error:
        say(f"no environment was made, and nothing of it is left: {error.message}")
        keep_record(decision, caller, "redirect-failed", f"{remedy.creates}: {error.message}", stderr)
        return EXIT_REFUSED
    keep_record(decision, caller, "redirect-made", made.prefix, stderr)
    _conclude(made, decision, caller, say)
    return EXIT_REFUSED


def _conclude(made: Made, decision: Decision, caller: Caller, say: Callable[[str], object]) -> None:
    activate = made.activate
    if activate[0] == "." and caller.environ.get("SHELL", "").endswith("/fish"):
        activate = ("source", f"{activate[1]}.fish")
    request = decision.request
    unnamed = [*request.unread[1::2], *(wanted.text for wanted in request.wanted if not wanted.name)]
    if unnamed:
        say(f"made {made.prefix}; whether all of {', '.join(unnamed)} imports there was not looked at")
    else:
        say(f"made {made.prefix}, and what was asked for imports there")
    say(f"to use it: {command_line(activate)}")
    say(f"the command itself stays refused (exit {EXIT_REFUSED}): nothing was installed where it asked to")


def _is_wanted(remedy: Remedy, caller: Caller, stderr: TextIO) -> bool:
    """A yes on a terminal; everything else, silence included, is no."""
    if not _is_attended(caller):
        stderr.write("pyguard: nobody is asked: there is no terminal\n")
        return False
    stderr.write(printable(f"pyguard: make {remedy.title} now, as shown above? [y/N] "))
    stderr.flush()
    ready, _, _ = select.select([0], [], [], PATIENCE)
    if not ready:
        stderr.write("\npyguard: no answer, so nothing is made\n")
        return False
    return os.read(0, 256).decode("utf-8", "replace").strip().lower() in ("y", "yes")


def _is_attended(caller: Caller) -> bool:
    """Both ends on a terminal, this process in front of it (reading from behind would stop it), no CI."""
    if caller.environ.get("CI") or not (os.isatty(0) and os.isatty(2)):
        return False
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False    # not the terminal of this session

