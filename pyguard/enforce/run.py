"""Hands over to the real tool, unchanged."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from ..errors import PyguardError
from ..model.plain import is_canonical_version
from ..model.plan import Basis, Plan
from ..model.versions import parse_version

if TYPE_CHECKING:
    from ..model.decision import Decision


def hand_over(program: str, argv: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Becomes the real tool: same process, streams, signals and exit code. `argv` includes its name."""
    try:
        os.execve(program, list(argv), dict(environ))
    except OSError as error:
        raise PyguardError("not-run", f"{program} could not be run: {error.strerror}",
                           hint="pyguard allowed the command; the tool itself did not start") from error


def mark_judged(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for the program that this very process becomes next, so that its startup hook does not ask again.

    The mark holds for this process alone: the hook takes it away, and for another process it means nothing.
    """
    return {**environ, "PYGUARD_JUDGED": str(os.getpid())}


def pins_of(plan: Plan) -> tuple[str, ...]:
    """`name==version` of each change, once they were resolved."""
    if plan.basis is Basis.DECLARED:
        return ()
    return tuple(f"{change.name}=={change.version}" for change in plan.changes
                 if change.version and (is_canonical_version(change.version)
                                        or parse_version(change.version) is not None))


def pinned(decision: Decision, words: Sequence[str]) -> tuple[str, ...]:
    """pip's arguments under which it installs what was judged: a resolved plan's versions as constraints, as wheels.

    They lie in memory, in a descriptor that the program which this process becomes inherits: no file is left. It is
    named by this process, for pip may start another one. As an option, since `--isolated` ignores variables.
    """
    pins = pins_of(decision.plan)
    if not pins or decision.request.frontend != "pip" or not hasattr(os, "memfd_create"):
        return tuple(words)
    from ..intake.frontends.pip_words import with_options

    descriptor = os.memfd_create("pyguard-pins", 0)
    names = ",".join(pin.partition("==")[0] for pin in pins)
    os.write(descriptor, "".join(f"{line}\n" for line in (f"--only-binary {names}", *pins)).encode())
    return with_options(words, ("--constraint", f"/proc/{os.getpid()}/fd/{descriptor}"))
