"""A guarded override: the install runs with a way back, and is taken back when a tool no longer starts after it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional, TextIO

from ..auditing.finders import tools
from ..auditing.world import look_around
from ..enforce.changes.journal import read_change
from ..enforce.changes.transaction import Transaction, locked
from ..enforce.changes.undo import find_change, settle, take_back
from ..enforce.child import Signals
from ..enforce.run import hand_over, mark_judged
from ..errors import PyguardError
from ..facts.accounts import find_account
from ..model.damage import ToolBroken
from ..model.impact import Overwrite, Removal
from ..render.words import command_line, printable
from .changes import changes_directory, tell_settled, undo_of_user
from .repair import new_identifier

if TYPE_CHECKING:
    from ..host import Host
    from ..judge import Caller, Command
    from ..model.decision import Decision

EXIT_TAKEN_BACK = 11
EXIT_LEFT = 12
MOST_TOOLS = 60
PAUSE = 0.05    # seconds
CONDA = "conda"    # writes anywhere in the prefix: libraries, conda-meta, headers
CONDAS_OWN = ("pkgs", "envs")    # in it, its downloads and environments of their own


class Ran(NamedTuple):
    """The install's exit code, and what does not start after it."""

    code: int
    broken: Sequence[ToolBroken]


class Watch(NamedTuple):
    """While the install runs: `beat` says again and again that it does, `signals` end it."""

    beat: Callable[[], None]
    signals: Signals


def run_guarded(host: Host, command: Command, decision: Decision, caller: Caller, keep: bool, stderr: TextIO) -> int:
    """The tool's exit code, or 11 when the install was taken back. Raises PyguardError before anything is run."""
    affected = _affected(decision)
    before = _broken(host, caller, affected)
    directory, identifier = changes_directory(caller.environ, caller.uid), new_identifier()
    with locked(directory, caller.uid):
        tell_settled(settle(directory, undo_of_user), stderr, stderr)
        transaction = _snapshot(decision, directory, identifier, caller)
        with Signals() as signals:
            try:
                ran = _run(command, transaction, signals, caller.environ, lambda: _broken(host, caller, affected))
            except BaseException:    # whatever it is: there was an install, and nobody knows what it did
                left = take_back(read_change(transaction.journal.directory))
                _tell_left(left, "", identifier, stderr)
                raise
            newly = [each for each in ran.broken if each not in before]
            if ran.code == 0 and not signals.number and (keep or not newly):
                _tell(newly, identifier, stderr)
                return 0
            left = take_back(find_change(directory, identifier))
    for each in newly:
        stderr.write(printable(f"pyguard: {each.tool} ({each.owner}) does not start any more: {each.error}") + "\n")
    return _tell_taken_back(ran, signals.number, bool(newly), left, identifier, stderr)


def _run(command: Command, transaction: Transaction, signals: Signals, environ: Mapping[str, str],
         look: Callable[[], list[ToolBroken]]) -> Ran:
    transaction.beat()
    code = run_judged(command.program, command.argv, environ, Watch(transaction.beat, signals))
    broken = [] if signals.number else look()
    transaction.ran()
    transaction.finish()
    return Ran(code, [] if signals.number else broken)    # Ctrl-C ends the tools that are being tried, too


def _tell_taken_back(ran: Ran, interrupted: int, broken: bool, left: Sequence[str], identifier: str,
                     stderr: TextIO) -> int:
    why = f" (interrupted by {signal.Signals(interrupted).name})" if interrupted else "" if broken else (
        f" (the install itself failed: exit {ran.code})")
    _tell_left(left, why + ("; --pyguard-keep would have kept it" if broken and not interrupted else ""), identifier,
               stderr)
    if interrupted:
        return 128 + interrupted
    return EXIT_LEFT if left else EXIT_TAKEN_BACK if broken else ran.code


def _tell_left(left: Sequence[str], why: str, identifier: str, stderr: TextIO) -> None:
    for line in left:
        stderr.write(printable(f"pyguard: {line}") + "\n")
    stderr.write(f"pyguard: taken back in part{why}; pyguard undo {identifier} tries the rest again\n" if left else
                 f"pyguard: taken back, everything is as it was before{why}\n")


def _tell(newly: Sequence[ToolBroken], identifier: str, stderr: TextIO) -> None:
    for each in newly:
        stderr.write(printable(f"pyguard: kept, although {each.tool} does not start any more: {each.error}") + "\n")
    stderr.write(f"pyguard: pyguard undo {identifier} takes this install back\n")


def _affected(decision: Decision) -> frozenset[str]:
    """The OS packages whose programs stand on what the install touches."""
    names = {name for finding in decision.verdict.findings for name in (finding.subject, *finding.evidence)}
    return frozenset(names)


def _broken(host: Host, caller: Caller, packages: frozenset[str]) -> list[ToolBroken]:
    account = find_account(host, caller.uid, caller.environ.get("HOME", ""))
    world = look_around(host, [account], environ=caller.environ, uid=caller.uid, cwd=caller.cwd, cache=caller.cache,
                        contents=False)
    return list(tools.find(world, packages))[:MOST_TOOLS]


def _snapshot(decision: Decision, directory: str, identifier: str, caller: Caller) -> Transaction:
    head = {"kind": "override", "title": command_line(command_words(decision)), "uid": caller.uid,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    try:
        transaction = Transaction(os.path.join(directory, identifier), head)
        _keep(transaction, decision)
    except OSError as error:
        settle(directory)
        raise PyguardError("no-snapshot", f"there is no way back from this install: {error.strerror}",
                           hint="nothing was run") from error
    return transaction


def _keep(transaction: Transaction, decision: Decision) -> None:
    """Where the install writes, and the directories of the operating system's that it is said to change."""
    target = decision.plan.target
    prefix = os.path.dirname(target.scripts)
    places = [target.purelib, target.platlib, target.scripts]
    for effect in decision.impact.effects:
        if isinstance(effect, Overwrite):
            places.append(effect.path)
        elif isinstance(effect, Removal):
            places.append(effect.distribution.site)
    if decision.request.frontend == CONDA:
        transaction.snapshot(prefix, CONDAS_OWN)
        for path in dict.fromkeys(places):
            if path and not path.startswith(f"{prefix}/"):
                transaction.snapshot(path)
        return
    copies = {real: transaction.snapshot(real) for real in dict.fromkeys(map(os.path.realpath, filter(None, places)))}
    kept = {path: copies[os.path.realpath(path)] for path in filter(None, places)}
    if os.path.isdir(prefix) and prefix != "/" and prefix not in kept:
        transaction.keep_data(prefix, kept)    # where pip puts a wheel's data files


def command_words(decision: Decision) -> tuple[str, ...]:
    """What was typed."""
    return decision.request.argv


def run_judged(program: str, argv: Sequence[str], environ: Mapping[str, str], watch: Optional[Watch] = None) -> int:
    """The real tool's exit code: in a child, so that something is left to look at what it did.

    Ctrl-C reaches both. What only this process is told (kill, a closed terminal) the child is told, too.
    """
    child = os.fork()
    if child == 0:
        try:
            hand_over(program, argv, mark_judged(environ))
        finally:
            os._exit(127)
    told = 0
    while watch is not None:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        with contextlib.suppress(OSError):    # whatever happens, the child is waited for
            watch.beat()
        if watch.signals.number in (signal.SIGTERM, signal.SIGHUP) and not told:
            told = watch.signals.number
            os.kill(child, told)
        time.sleep(PAUSE)
    else:
        _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
