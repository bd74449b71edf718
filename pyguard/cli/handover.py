"""`pyguard handover`: what the startup hook asks, answered on a pipe; the refusal goes to stderr.

The answer is `pyguard go` or `pyguard stop N`, where N is what the asking process has to exit with. Nothing
is run here: who asked goes on by itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from ..errors import ForeignUsageError, PyguardError, UsageError
from ..model.frozen import replace
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
        is_allowed = _is_allowed(asked, describe_caller(environ, cwd, uid), stderr)
    except ForeignUsageError:
        is_allowed = True    # the tool's own error stands
    except BaseException:
        _answer(asked, f"stop {EXIT_REFUSED}", EXIT_REFUSED)
        raise
    return _answer(asked, "go", 0) if is_allowed else _answer(asked, f"stop {EXIT_REFUSED}", EXIT_REFUSED)


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


def _is_allowed(asked: Asked, caller: Caller, stderr: TextIO) -> bool:
    from ..facts.interpreter import inspect
    from ..host import Host
    from ..intake.frontends import load
    from ..judge import Command, is_free, judge
    from ..settings import is_disabled
    from .policy_files import load_settings
    from .settle import settle

    host = Host()
    if is_disabled(host):
        return True
    argv = _as_pip(asked, caller)
    if not argv:
        return True
    interpreter = inspect(host, asked.interpreter, environment=caller.environ, uid=caller.uid, cwd=caller.cwd)
    program = os.path.join(caller.cwd, asked.program) if "/" in asked.program else asked.interpreter
    asker = caller if asked.kind == "pip" else _without_pips_settings(caller)
    command = Command(load("pip_frontend"), argv, program, interpreter.path)
    if is_free(host, interpreter, command, caller):
        return True
    try:
        decision = judge(host, command, asker, load_settings(host, caller), interpreter)
    except ForeignUsageError:
        raise
    except PyguardError as error:
        error.exit_code = EXIT_REFUSED    # in doubt, a protected interpreter is not touched
        raise
    if asked.kind != "pip" and decision.verdict.level:
        stderr.write(f"pyguard: {asked.kind} writes where this pip command would, and is judged like it\n")
    return settle(decision, caller, stderr)


def _without_pips_settings(caller: Caller) -> Caller:
    """setup.py and easy_install read neither PIP_ variables nor pip.conf; /dev/null is pip's word for none."""
    environ = {name: value for name, value in caller.environ.items() if not name.startswith("PIP_")}
    return replace(caller, environ={**environ, "PIP_CONFIG_FILE": os.devnull})


def _as_pip(asked: Asked, caller: Caller) -> tuple[str, ...]:
    """The pip command that writes to the same place; empty where the command line installs nothing."""
    if asked.kind == "pip":
        return ("pip", *asked.arguments)
    from ..intake.frontends.setup_py import read_easy_install, read_setup

    directory = os.path.dirname(os.path.join(caller.cwd, asked.program))
    directory = "." if directory == caller.cwd else directory
    words = (read_easy_install(asked.arguments) if asked.kind == "easy_install"
             else read_setup(asked.arguments, directory))
    return ("pip", *words) if words else ()
