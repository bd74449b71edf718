"""The words of a command line that are pyguard's and not the tool's: `--pyguard-allow=REASON`, `--pyguard-keep`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import UsageError

PREFIX = "--pyguard-"
ALLOW, KEEP = "--pyguard-allow=", "--pyguard-keep"


class Ours(NamedTuple):
    """What was said to pyguard itself: how to redirect, the reason of an override, whether to keep it anyway."""

    mode: str = ""
    reason: str = ""
    keep: bool = False


def take_override(argv: Sequence[str], mode: str = "") -> tuple[tuple[str, ...], Ours]:
    """The command as the real tool knows it, and what was said to pyguard. Raises UsageError without a reason."""
    ours = [word for word in argv if word.startswith(PREFIX)]
    if not ours:
        return tuple(argv), Ours(mode)
    unknown = [word for word in ours if not word.startswith(ALLOW) and word != KEEP]
    if unknown:
        raise UsageError("bad-usage", f"pyguard does not know {unknown[0]}",
                         hint="--pyguard-allow='your reason', and with it --pyguard-keep")
    reason = next((word[len(ALLOW):].strip() for word in ours if word.startswith(ALLOW)), "")
    if not reason:
        raise UsageError("bad-usage", "an override needs a reason", hint="--pyguard-allow='your reason'")
    return tuple(word for word in argv if word not in ours), Ours(mode, reason, KEEP in ours)
