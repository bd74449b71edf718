"""`pyguard pip [--real PATH] -- ARGS`: judge a pip command, then refuse it or become the real pip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from ..errors import ForeignUsageError, PyguardError, UsageError
from ..intake.frontends.pip_command import changes_nothing

if TYPE_CHECKING:
    from ..host import Host
    from ..judge import Caller, Command
    from ..model.decision import Decision
    from ..model.facts import Interpreter

EXIT_REFUSED = 11
EXIT_NOT_FOUND = 127


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Exit 11 when refused; otherwise the real pip's own exit code, in this very process."""
    real, name, rest = _read(arguments)
    argv = (name, *rest)
    if real and changes_nothing(rest):
        _hand_over(real, argv, environ)
    from ..facts.interpreter import inspect
    from ..host import Host
    from ..judge import identify, is_free
    from ..settings import is_disabled
    from .caller import describe_caller

    host, caller = Host(), describe_caller(environ, cwd, uid)
    if is_disabled(host):
        return _hand_over(real or _find_pip(host, name, caller), argv, environ)
    try:
        command = identify(host, argv, caller, real)
    except ForeignUsageError:
        return _hand_over(real or _find_pip(host, name, caller), argv, environ)
    if changes_nothing(rest):
        return _hand_over(command.program, argv, environ)
    interpreter = inspect(host, command.interpreter, environment=environ, uid=uid, cwd=cwd)
    if is_free(host, interpreter, argv, caller):
        return _hand_over(command.program, argv, environ)
    return _guard(host, command, caller, interpreter, stderr)


def _read(arguments: Sequence[str]) -> tuple[str, str, tuple[str, ...]]:
    real, name = "", "pip"
    rest = list(arguments)
    while rest and rest[0] != "--":
        option = rest.pop(0)
        if option not in ("--real", "--name") or not rest:
            raise UsageError("bad-usage", f"pyguard pip does not take {option!r} here",
                             hint="usage: pyguard pip [--real PATH] [--name NAME] -- ARGUMENTS OF PIP")
        if option == "--real":
            real = rest.pop(0)
            name = real.rsplit("/", 1)[-1]
        else:
            name = rest.pop(0)
    if not rest:
        raise UsageError("bad-usage", "what pip is asked comes after --",
                         hint="usage: pyguard pip [--real PATH] [--name NAME] -- ARGUMENTS OF PIP")
    return real, name, tuple(rest[1:])


def _guard(host: Host, command: Command, caller: Caller, interpreter: Interpreter, stderr: TextIO) -> int:
    from ..judge import judge
    from ..model.verdict import Level
    from ..render.refusal import render_refusal
    from ..settings import PolicyError
    from .policy_files import load_settings

    try:
        decision = judge(host, command, caller, load_settings(host, caller), interpreter)
    except PolicyError as error:
        raise _undecided(error) from error
    except ForeignUsageError:
        return _hand_over(command.program, command.argv, caller.environ)
    except PyguardError as error:    # in doubt, a protected interpreter is not touched
        error.exit_code = EXIT_REFUSED
        error.message = f"refused, because it cannot be judged: {error.message}"
        raise
    if decision.verdict.level is Level.ALLOW:
        return _hand_over(command.program, command.argv, caller.environ)
    reason = caller.environ.get("PYGUARD_ALLOW", "").strip()
    if decision.verdict.level is Level.BLOCK and not reason:
        stderr.write(render_refusal(decision))
        _keep_record(decision, caller, "refused", "", stderr)
        return EXIT_REFUSED
    if decision.verdict.level is Level.BLOCK:
        _record(decision, caller, "override", reason)
        stderr.write("pyguard: allowed, on the record: PYGUARD_ALLOW is set\n")
    else:
        stderr.write(render_refusal(decision))
    stderr.flush()
    return _hand_over(command.program, command.argv, caller.environ)


def _undecided(error: PyguardError) -> PyguardError:
    """No policy, no decision: in doubt, a protected interpreter is not touched."""
    message = f"refused (facts-incomplete): the policy cannot be read: {error.message}"
    refusal = PyguardError("facts-incomplete", message, error.context, error.hint)
    refusal.exit_code = EXIT_REFUSED
    return refusal


def _keep_record(decision: Decision, caller: Caller, what: str, reason: str, stderr: TextIO) -> None:
    """A refusal stands whether or not it can be written down; an override does not."""
    try:
        _record(decision, caller, what, reason)
    except PyguardError as error:
        stderr.write(f"  ({error.message})\n")


def _record(decision: Decision, caller: Caller, what: str, reason: str) -> None:
    from ..enforce.journal import journal_path, record

    record(journal_path(caller.environ, caller.uid), {
        "event": what, "command": list(decision.request.argv), "cwd": caller.cwd,
        "interpreter": decision.facts.interpreter.path, "level": decision.verdict.level.name.lower(),
        "rules": sorted({finding.rule for finding in decision.verdict.findings}),
        "reason": reason, "sudo_user": caller.environ.get("SUDO_USER", ""),
    }, caller.uid)


def _find_pip(host: Host, name: str, caller: Caller) -> str:
    from ..facts.shell_environment import find_program

    return find_program(host, name, caller.path, skip=tuple(caller.own_directories))


def _hand_over(program: str, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    from ..enforce.run import hand_over

    if not program:
        error = PyguardError("no-pip", f"{argv[0]}: there is no such program on PATH",
                             hint="pyguard has nothing against the command, but there is nothing to run it with")
        error.exit_code = EXIT_NOT_FOUND
        raise error
    hand_over(program, argv, environ)
