"""`pyguard sudo -- WORDS`: what was typed after sudo is judged as root's pip would be; nothing is run.

For the shell snippets, which ask before sudo asks for a password. Only a refusal stops sudo (exit 11).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from ..errors import ForeignUsageError, PyguardError, UsageError
from .caller import SYSTEM_CACHE, SYSTEM_SHIMS, find_home

if TYPE_CHECKING:
    from ..judge import Caller
    from ..model.decision import Decision

EXIT_REFUSED = 11
# sudoers' secure_path on Debian; other distributions have a part of it
SECURE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OPTION = re.compile(r"-[ABEHKPSbikns]+$|--(set-home|preserve-env|non-interactive)$")
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """11 with the refusal on stderr, or 0 in silence: for other commands too, and with PYGUARD_ALLOW."""
    words = list(arguments)
    if not words or words.pop(0) != "--":
        raise UsageError("bad-usage", "what sudo is to run comes after --", hint="usage: pyguard sudo -- WORDS")
    assigned = {}
    while words and (OPTION.match(words[0]) or ASSIGNMENT.match(words[0])):
        name, equals, value = words.pop(0).partition("=")
        if equals:
            assigned[name] = value
    if not words or assigned.get("PYGUARD_ALLOW", "").strip():
        return 0
    from ..judge import Caller
    from .settle import keep_record

    asker = Caller({**environ, "HOME": find_home(environ, uid)}, cwd, uid, own_python=sys.executable)
    decision = _judge(words, {"HOME": "/root", "PATH": SECURE_PATH, **assigned}, asker)
    if decision is None:
        return 0
    from ..render.refusal import render_refusal

    known = any(os.access(f"{directory}/pyguard", os.X_OK) for directory in SECURE_PATH.split(":"))
    stderr.write(render_refusal(decision, "sudo ", "sudo " if known else ""))
    keep_record(decision, asker, "refused", "", stderr, ("sudo",))
    return EXIT_REFUSED


def _judge(words: Sequence[str], environ: Mapping[str, str], asker: Caller) -> Decision | None:
    """The decision if it is a refusal; what to do instead is for `asker`.

    Raises PyguardError, with the exit code of a refusal, when in doubt.
    """
    from ..facts.interpreter import inspect
    from ..host import Host
    from ..judge import Caller, identify, is_free, judge
    from ..model.verdict import Level
    from ..plugins import open_plugins
    from ..settings import PolicyError, is_disabled
    from .policy_files import load_settings
    from .settle import NO_POLICY, refuse_unjudged

    host = Host()
    if is_disabled(host):
        return None
    plugins = open_plugins()
    caller = Caller(environ, asker.cwd, 0, (SYSTEM_CACHE,), sys.executable, (SYSTEM_SHIMS,),
                    frontends=plugins.frontends if plugins else (), extensions=plugins, behalf=asker)
    try:
        command = identify(host, words, caller)
        if not command.program or not command.interpreter or command.harmless:
            return None
        interpreter = inspect(host, command.interpreter, environment=environ, uid=0, cwd=asker.cwd)
        if is_free(host, interpreter, command, caller):
            return None
        decision = judge(host, command, caller, load_settings(host, caller), interpreter)
    except (UsageError, ForeignUsageError):
        return None    # no pip, or a command line that pip itself refuses
    except PolicyError as error:
        raise refuse_unjudged(error, asker, ("sudo", *words), because=NO_POLICY) from error
    except PyguardError as error:
        raise refuse_unjudged(error, asker, ("sudo", *words)) from error
    return decision if decision.verdict.level is Level.BLOCK else None
