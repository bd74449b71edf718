"""ENV PIP_BREAK_SYSTEM_PACKAGES where an image has a Python of its own: whether the distribution's runs with it."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.late_pattern import late
from ..circumstances import FoundCommand
from .yaml_variables import SWITCH

OF_DISTRIBUTION = late(r"(?:/usr)?/bin/(?:pip|python)[\d.]*$")
ON = frozenset(("1", "true", "yes", "on", "y", "t"))
CHANGES = frozenset(("install", "uninstall", "sync"))


def with_reliance(found: Sequence[FoundCommand]) -> list[FoundCommand]:
    """The commands in order; each ENV that ends the guard with the command that relies on it, if one does.

    Stages that begin with another one share its host, and so its ENV.
    """
    last: dict[str, FoundCommand] = {}
    told: list[FoundCommand] = []
    for each in reversed(found):
        host = each.circumstances.host.named_by
        is_on = each.circumstances.get(SWITCH).lower() in ON
        if is_on and OF_DISTRIBUTION.match(each.argv[0]) and CHANGES & set(each.argv):
            last[host] = each
        elif each.argv[0] == "ENV" and each.argv[1].startswith(f"{SWITCH}=") and host in last:
            each = each._replace(relied_on=f"{last[host].argv[0]}, line {last[host].location.line}")
        told.append(each)
    return told[::-1]
