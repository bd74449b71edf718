"""`pyguard handover`: what the startup hook asks, answered on a pipe; the refusal goes to stderr.

The answer is `pyguard go`, with the versions that were judged where there are any, or `pyguard stop N`, where N is
what the asking process has to exit with. Nothing is run here: who asked goes on by itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional, TextIO

from ..errors import ForeignUsageError, PyguardError, UsageError
from .verify import QUESTION, answer

if TYPE_CHECKING:
    from ..judge import Caller

EXIT_REFUSED = 11
USAGE = "usage: pyguard handover --kind KIND --interpreter PATH --program NAME --answer FD -- ARGUMENTS"


class Asked(NamedTuple):
    """The command line that was met inside an interpreter; `kind` is pip, setup.py or easy_install."""

    kind: str
    interpreter: str
    program: str
    descriptor: int
    arguments: tuple[str, ...]


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0 or 11, as answered. Whatever goes wrong on the way is a refusal: the interpreter is a guarded one."""
    from .caller import describe_caller

    asked = _read(arguments)
    os.set_inheritable(asked.descriptor, False)
    if asked.arguments[:1] == (QUESTION,):
        answer("startup hook", asked.interpreter, stdout)
        return _answer(asked, "stop 0", 0)
    try:
        pins = _judge(asked, describe_caller(environ, cwd, uid), stderr)
    except ForeignUsageError:
        pins = ()    # the tool's own error stands
    except BaseException:
        _answer(asked, f"stop {EXIT_REFUSED}", EXIT_REFUSED)
        raise
    if pins is None:
        return _answer(asked, f"stop {EXIT_REFUSED}", EXIT_REFUSED)
    return _answer(asked, " ".join(("go", *pins)), 0)


def _read(arguments: Sequence[str]) -> Asked:
    values: dict[str, str] = {}
    rest = list(arguments)
    while rest and rest[0] != "--":
        if len(rest) < 2 or rest[0] not in ("--kind", "--interpreter", "--program", "--answer"):
            raise UsageError("bad-usage", f"pyguard handover does not take {rest[0]!r} here", hint=USAGE)
        option, value, *rest = rest
        values[option[2:]] = value
    if not rest or len(values) != 4 or not values["answer"].isdecimal():
        raise UsageError("bad-usage", "pyguard handover needs all of its options", hint=USAGE)
    return Asked(values["kind"], values["interpreter"], values["program"], int(values["answer"]), tuple(rest[1:]))


def _answer(asked: Asked, what: str, code: int) -> int:
    try:
        os.write(asked.descriptor, f"pyguard {what}\n".encode("ascii"))
    except OSError as error:
        raise PyguardError("no-answer", f"whoever asked is gone: {error.strerror}", hint=USAGE) from error
    return code


def _judge(asked: Asked, caller: Caller, stderr: TextIO) -> Optional[tuple[str, ...]]:
    """What it is allowed with: pins of what was resolved, mostly none. None where it is refused."""
    from ..facts.interpreter import inspect
    from ..host import Host
    from ..intake.frontends import find_frontend
    from ..judge import Command, is_free, judge
    from ..settings import is_disabled
    from .policy_files import load_settings
    from .settle import follow_up, settle

    host = Host()
    if is_disabled(host):
        return ()
    frontend = find_frontend(asked.kind)
    if frontend is None:
        raise UsageError("bad-usage", f"there is nothing that reads a {asked.kind}", hint=USAGE)
    script = os.path.join(caller.cwd, asked.program)
    argv = (script if asked.kind.endswith(".py") else asked.kind, *asked.arguments)
    if frontend.changes_nothing(argv, caller.environ):
        return ()
    interpreter = inspect(host, asked.interpreter, environment=caller.environ, uid=caller.uid, cwd=caller.cwd)
    command = Command(frontend, argv, script if "/" in asked.program else asked.interpreter, interpreter.path)
    if is_free(host, interpreter, command, caller):
        return ()
    try:
        settings = load_settings(host, caller)
        decision = judge(host, command, caller, settings, interpreter)
    except ForeignUsageError:
        raise
    except PyguardError as error:
        error.exit_code = EXIT_REFUSED    # in doubt, a protected interpreter is not touched
        raise
    if settle(decision, caller, stderr):
        from ..enforce.run import pins_of

        return pins_of(decision.plan)
    follow_up(decision, caller, settings, stderr)
    return None
