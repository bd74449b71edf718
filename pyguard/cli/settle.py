"""A Decision and who asked -> may it go on: prints the refusal or the warning, and keeps the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ..errors import PyguardError
from ..model.verdict import Level

if TYPE_CHECKING:
    from ..judge import Caller
    from ..model.decision import Decision
    from ..model.settings import Settings

EXIT_REFUSED = 11


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


def keep_record(decision: Decision, caller: Caller, what: str, reason: str, stderr: TextIO) -> None:
    """On record, or said why not: a refusal or a warning stands whether or not it can be written down; an override
    does not.
    """
    try:
        _record(decision, caller, what, reason)
    except PyguardError as error:
        from ..render.words import printable

        stderr.write(printable(f"  ({error.message})") + "\n")


def _record(decision: Decision, caller: Caller, what: str, reason: str) -> None:
    from ..enforce.journal import journal_path, record

    record(journal_path(caller.environ, caller.uid), {
        "event": what, "command": list(decision.request.argv), "cwd": caller.cwd,
        "interpreter": decision.facts.interpreter.path, "level": decision.verdict.level.name.lower(),
        "rules": sorted({finding.rule for finding in decision.verdict.findings}),
        "reason": reason, "sudo_user": caller.environ.get("SUDO_USER", ""),
    }, caller.uid)
