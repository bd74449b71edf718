"""`pyguard TOOL [--real PATH] [--redirect] -- ARGS`: judge a command of pip, uv ..., then refuse it or become it."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from ..errors import ForeignUsageError, PyguardError, UsageError
from ..intake.frontends import find_frontend
from ..model.verdict import Level
from .ours import Ours, take_override
from .verify import QUESTION, answer

if TYPE_CHECKING:
    from ..host import Host
    from ..judge import Caller, Command
    from ..model.facts import Interpreter

EXIT_NOT_FOUND = 127
REDIRECTS = {"--redirect": "create", **{f"--redirect={mode}": mode for mode in ("suggest", "ask", "create")}}


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO, tool: str) -> int:
    """Exit 11 when refused; otherwise the real tool's own exit code, in this very process."""
    gc.disable()    # nothing lives long enough to be worth collecting: 4 % of a refusal
    real, mode, argv = _read(arguments, tool)
    argv, ours = take_override(argv, mode)
    if argv[1:2] == (QUESTION,):
        answer("shim", "", stdout)
        return 0
    frontend = find_frontend(argv[0]) or find_frontend(tool)
    if frontend is not None and real and frontend.changes_nothing(argv, environ):
        _hand_over(real, argv, environ)
    from ..facts.interpreter import inspect
    from ..host import Host
    from ..judge import identify, is_free
    from ..model.facts import EnvironmentKind
    from ..settings import is_disabled
    from .caller import describe_caller

    host, caller = Host(), describe_caller(environ, cwd, uid)
    command = identify(host, argv, caller, real)
    if is_disabled(host) or not command.interpreter or command.harmless:
        return _hand_over(command.program, argv, environ)
    interpreter = inspect(host, command.interpreter, environment=environ, uid=uid, cwd=cwd)
    if is_free(host, interpreter, command, caller):
        if interpreter.kind is EnvironmentKind.CONDA:
            from .leak_note import note_leak

            note_leak(host, interpreter, caller, stderr)
        return _hand_over(command.program, argv, environ)
    return _guard(host, command, caller, interpreter, ours, stderr)


def _read(arguments: Sequence[str], tool: str) -> tuple[str, str, tuple[str, ...]]:
    """The real tool's path, what --redirect says, and the command line as it was typed, the tool's name first."""
    real, name, mode = "", tool, ""
    rest = list(arguments)
    usage = (f"usage: pyguard {tool} [--real PATH] [--name NAME] [--redirect[=suggest|ask|create]]"
             f" -- ARGUMENTS OF {tool}")
    while rest and rest[0] != "--":
        option = rest.pop(0)
        if option in REDIRECTS:
            mode = REDIRECTS[option]
            continue
        if option not in ("--real", "--name") or not rest:
            raise UsageError("bad-usage", f"pyguard {tool} does not take {option!r} here", hint=usage)
        if option == "--real":
            real = rest.pop(0)
            name = real.rsplit("/", 1)[-1]
        else:
            name = rest.pop(0)
    if not rest:
        raise UsageError("bad-usage", f"what {tool} is asked comes after --", hint=usage)
    return real, mode, (name, *rest[1:])


def _guard(host: Host, command: Command, caller: Caller, interpreter: Interpreter, ours: Ours, stderr: TextIO) -> int:
    from ..judge import judge
    from ..settings import PolicyError
    from .policy_files import load_settings
    from .settle import NO_POLICY, follow_up, refuse_unjudged, settle

    try:
        settings = load_settings(host, caller)
        decision = judge(host, command, caller, settings, interpreter)
    except PolicyError as error:
        raise refuse_unjudged(error, caller, command.argv, interpreter.path, NO_POLICY) from error
    except ForeignUsageError:
        return _hand_over(command.program, command.argv, caller.environ)    # the real tool's own error stands
    except PyguardError as error:    # in doubt, a protected interpreter is not touched
        raise refuse_unjudged(error, caller, command.argv, interpreter.path) from error
    if not settle(decision, caller, stderr, ours.reason):
        return follow_up(decision, caller, settings, stderr, ours.mode)
    if ours.reason and decision.verdict.level is Level.BLOCK:
        from .override import run_guarded

        return run_guarded(host, command, decision, caller, ours.keep, stderr)
    from ..enforce.run import mark_judged, pinned

    argv = (command.argv[0], *pinned(decision, command.argv[1:]))
    return _hand_over(command.program, argv, mark_judged(caller.environ))


def _hand_over(program: str, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    from ..enforce.run import hand_over

    if not program:
        error = PyguardError("no-tool", f"{argv[0]}: there is no such program on PATH",
                             hint="pyguard has nothing against the command, but there is nothing to run it with")
        error.exit_code = EXIT_NOT_FOUND
        raise error
    hand_over(program, argv, environ)
