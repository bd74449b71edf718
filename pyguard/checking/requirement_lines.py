"""A requirements file's line that some command installs: does it replace a distribution that the OS owns?"""

from __future__ import annotations

from ..decide import decide
from ..intake.circumstances import FoundCommand
from ..model.decision import Decision
from ..model.facts import Distribution, Facts
from ..model.report import Confidence
from ..model.request import Request
from ..model.settings import Settings
from ..plan.declared import declare
from .host_files import known_host
from .profiles import Profile

# That an install happens at all, and round which guard, is the command's finding and not the line's.
OF_THE_COMMAND = frozenset(("protected-interpreter-install", "externally-managed-bypassed", "facts-incomplete",
                            "user-site-leaks"))


def judge_line(request: Request, profile: Profile, settings: Settings) -> Decision | None:
    """The decision on the known host of that release; None where the line names nothing that its OS owns."""
    host = known_host(profile.system, profile.version)
    if host is None or _owned(request, host.facts) is None:
        return None
    return decide(host.facts, request, declare(request, host.facts), settings)


def confidence_of(found: FoundCommand, request: Request, profile: Profile, given: Confidence) -> Confidence:
    """An image has of the known packages only what is installed there; a host is taken to have them.

    What rests on a host that was not recorded is never more than possible.
    """
    host = known_host(profile.system, profile.version)
    owned = _owned(request, host.facts) if host is not None and host.is_recorded else None
    if owned is None or owned.owner is None:
        return Confidence.POSSIBLE
    if found.circumstances.host.named_by.startswith(("runs-on", "vmImage", "box", "cloud-init")):
        return given
    asked = {word.partition("=")[0] for word in found.circumstances.os_packages}
    return given if owned.owner.name in asked else Confidence.POSSIBLE


def mark_of(profile: Profile) -> tuple[str, ...]:
    """Evidence for the reader: that the host was not recorded."""
    host = known_host(profile.system, profile.version)
    return (host.mark,) if host is not None and host.mark else ()


def _owned(request: Request, facts: Facts) -> Distribution | None:
    names = {wanted.name for wanted in request.wanted}
    return next((each for each in facts.distributions
                 if each.name in names and each.owner is not None and each.owner.kind.value == "os"), None)
