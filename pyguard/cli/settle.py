"""A Decision and who asked -> may it go on: prints the refusal or the warning, and keeps the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from ..errors import PyguardError
from ..model.verdict import Level

if TYPE_CHECKING:
    from ..judge import Caller
    from ..model.decision import Decision
    from ..model.settings import Settings

EXIT_REFUSED = 11
NO_POLICY = "the policy cannot be read"


def settle(decision: Decision, caller: Caller, stderr: TextIO, allowed: str = "") -> bool:
    """True when the command may run: allowed, warned about, or overridden for a reason that is on record.

    `allowed`: the reason of the command line itself (`--pyguard-allow`).
    """
    if decision.verdict.level is Level.ALLOW:
        return True
    from ..render.refusal import render_refusal
    from ..render.words import printable

    reason = allowed or caller.environ.get("PYGUARD_ALLOW", "").strip()
    if decision.verdict.level is Level.BLOCK and not reason:
        stderr.write(render_refusal(decision))
        keep_record(decision, caller, "refused", "", stderr)
        return False
    if decision.verdict.level is Level.BLOCK:
        try:
            _record(decision, caller, "override", reason)
        except PyguardError as error:
            stderr.write(printable(f"pyguard: refused: an override has to be on record, and {error.message}") + "\n")
            return False
        said = "--pyguard-allow was given" if allowed else "PYGUARD_ALLOW is set"
        stderr.write(f"pyguard: allowed, on the record: {said}\n")
    else:
        stderr.write(render_refusal(decision))
        keep_record(decision, caller, "warned", "", stderr)    # what a date in enforce-from would have refused
    stderr.flush()
    return True


def follow_up(decision: Decision, caller: Caller, settings: Settings, stderr: TextIO, mode: str = "") -> int:
    """What comes after a refusal: the exit code. `mode` overrides the policy's `redirect`, empty leaves it."""
    from ..model.settings import Redirect

    wanted = Redirect(mode) if mode else settings.redirect
    if wanted is Redirect.SUGGEST or caller.environ.get("PYGUARD_ALLOW", "").strip():
        return EXIT_REFUSED
    from .redirect import redirect

    return redirect(decision, caller, wanted, stderr)


def refuse_unjudged(error: PyguardError, caller: Caller, argv: Sequence[str], interpreter: str = "",
                    because: str = "it cannot be judged") -> PyguardError:
    """The same error as a refusal, which is on record like any other, or says why not."""
    hints = [error.hint] if error.hint else []
    try:
        _write(caller, {"event": "refused", "command": list(argv), "interpreter": interpreter, "level": "block",
                        "rules": ["facts-incomplete"], "reason": error.message})
    except PyguardError as lost:
        hints.append(f"({lost.message})")
    refusal = PyguardError("facts-incomplete", f"refused (facts-incomplete): {because}: {error.message}",
                           error.context, "\n".join(hints))
    refusal.exit_code = EXIT_REFUSED
    return refusal


def keep_record(decision: Decision, caller: Caller, what: str, reason: str, stderr: TextIO,
                before: Sequence[str] = ()) -> None:
    """On record, or said why not: a refusal or a warning stands whether or not it can be written down; an override
    does not. `before`: what was typed before the command.
    """
    try:
        _record(decision, caller, what, reason, before)
    except PyguardError as error:
        from ..render.words import printable

        stderr.write(printable(f"  ({error.message})") + "\n")


def _record(decision: Decision, caller: Caller, what: str, reason: str, before: Sequence[str] = ()) -> None:
    _write(caller, {
        "event": what, "command": [*before, *decision.request.argv], "interpreter": decision.facts.interpreter.path,
        "level": decision.verdict.level.name.lower(),
        "rules": sorted({finding.rule for finding in decision.verdict.findings}), "reason": reason,
    })


def _write(caller: Caller, entry: Mapping[str, Any]) -> None:
    from ..enforce.journal import journal_path, record

    own = {"cwd": caller.cwd, "sudo_user": caller.environ.get("SUDO_USER", "")}
    record(journal_path(caller.environ, caller.uid), {**entry, **own}, caller.uid)
