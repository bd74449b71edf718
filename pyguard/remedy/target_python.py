"""Which Python a new environment gets, and which requirements hold for it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..model.facts import Facts
from ..model.markers import holds
from ..model.request import WantedDistribution
from ..model.versions import admits

OLDEST = (3, 10)    # below it, channels no longer build
ORDER = ("3.12", "3.13", "3.11", "3.10", "3.14")    # where nothing is known: the most widely built first
LAST_MICRO = 99     # `>=3.11.4` and `!=3.11.0` are met by some release of the minor version


def choose_python(facts: Facts, wanted: Sequence[WantedDistribution], built_for: Sequence[Collection[str]] = ()) -> str:
    """`3.12`: the interpreter's own minor version where it will do, else the first that satisfies all there is.

    `built_for`: one collection a package, of the minor versions a channel has it for; empty: for any.
    """
    own = facts.interpreter.minor
    candidates = [own, *ORDER] if _parts(own) >= OLDEST else [*ORDER]
    admitted = [minor for minor in candidates if all(_admits(one.requires_python, minor) for one in wanted)]
    fitting = [minor for minor in admitted if all(not minors or minor in minors for minors in built_for)]
    return (fitting or admitted or candidates)[0]


def applies(wanted: WantedDistribution, facts: Facts, python: str, version: str = "") -> bool:
    """Whether a requirement's marker holds in an environment with that Python, on this machine.

    `version`: the whole one, where it is known already.
    """
    if not wanted.marker:
        return True
    full = version or (facts.interpreter.version if facts.interpreter.minor == python else f"{python}.0")
    return holds(wanted.marker, {"python_version": python, "python_full_version": full,
                                 "implementation_version": full})


def _admits(requires_python: str, minor: str) -> bool:
    return not requires_python or any(admits(requires_python, f"{minor}.{micro}") is not False
                                      for micro in (0, LAST_MICRO))


def _parts(minor: str) -> tuple[int, ...]:
    return tuple(int(part) for part in minor.split(".") if part.isdigit())
