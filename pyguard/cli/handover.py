"""`pyguard handover`: what the startup hook asks, answered on a pipe; the refusal goes to stderr.

The answer is `pyguard go`, with the versions that were judged where there are any, or `pyguard stop N`, where N is
what the asking process has to exit with. Nothing is run here: who asked goes on by itself. Only a command line with
`--pyguard-allow` is carried out from here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from ..errors import ForeignUsageError, PyguardError, UsageError
from .verify import QUESTION, answer

if TYPE_CHECKING:
    from ..host import Host
    from ..intake.frontends.interface import Frontend
    from ..judge import Caller, Command
    from ..model.decision import Decision
    from ..model.settings import Settings

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
        caller = describe_caller(environ, cwd, uid)
        if any(word.startswith("--pyguard-") for word in asked.arguments):
            from .handover_override import carry_out

            code = carry_out(asked, caller, stderr)
            return _answer(asked, f"stop {code}", code)
        pins = _judge(asked, caller, stderr)
    except ForeignUsageError:
        pins = ()    # the tool's own error stands
    except BaseException as error:
        code = error.exit_code if isinstance(error, UsageError) else EXIT_REFUSED
        _answer(asked, f"stop {code}", code)
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


def _judge(asked: Asked, caller: Caller, stderr: TextIO) -> tuple[str, ...] | None:
    """What it is allowed with: pins of what was resolved, mostly none. None where it is refused."""
    from ..host import Host
    from .settle import follow_up, settle

    judged = judge_asked(Host(), asked, caller)
    if judged is None:
        return ()
    if settle(judged.decision, caller, stderr):
        from ..enforce.run import pins_of

        return pins_of(judged.decision.plan)
    follow_up(judged.decision, caller, judged.settings, stderr)
    return None


class Judged(NamedTuple):
    """The command that was met, what is to be said of it, and by which policy."""

    command: Command
    decision: Decision
    settings: Settings


def _called(asked: Asked) -> tuple[str, ...]:
    """What surely means this interpreter: the name alone may be another one's, and `setup.py` is no command."""
    if asked.kind.endswith(".py"):
        return (asked.interpreter, asked.program)
    return (asked.interpreter, "-m", asked.kind)


def judge_asked(host: Host, asked: Asked, caller: Caller) -> Judged | None:
    """None for what needs no judgement. In doubt it raises a refusal: a protected interpreter is not touched."""
    from ..intake.frontends import find_frontend
    from ..settings import PolicyError, is_disabled
    from .settle import NO_POLICY, refuse_unjudged

    if is_disabled(host):
        return None
    frontend = find_frontend(asked.kind)
    if frontend is None:
        raise UsageError("bad-usage", f"there is nothing that reads a {asked.kind}", hint=USAGE)
    argv = (asked.kind, *asked.arguments)
    try:
        return _judge_asked(host, asked, caller, frontend)
    except ForeignUsageError:
        raise
    except PolicyError as error:
        raise refuse_unjudged(error, caller, argv, asked.interpreter, NO_POLICY) from error
    except PyguardError as error:
        raise refuse_unjudged(error, caller, argv, asked.interpreter) from error


def _judge_asked(host: Host, asked: Asked, caller: Caller, frontend: Frontend) -> Judged | None:
    from ..facts.interpreter import inspect
    from ..judge import Command, is_free, judge
    from .policy_files import load_settings

    script = os.path.join(caller.cwd, asked.program)
    argv = (script if asked.kind.endswith(".py") else asked.kind, *asked.arguments)
    if frontend.changes_nothing(argv, caller.environ):
        return None
    interpreter = inspect(host, asked.interpreter, environment=caller.environ, uid=caller.uid, cwd=caller.cwd)
    command = Command(frontend, argv, script if "/" in asked.program else asked.interpreter, interpreter.path,
                      called=_called(asked))
    if is_free(host, interpreter, command, caller):
        return None
    settings = load_settings(host, caller)
    return Judged(command, judge(host, command, caller, settings, interpreter), settings)
