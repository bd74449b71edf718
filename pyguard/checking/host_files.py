"""The host file of a distribution's release becomes Facts: data/hosts/ID-VERSION.toml, the scenarios' own world."""

from __future__ import annotations

import importlib
import os
import sys
from functools import lru_cache
from typing import NamedTuple, Optional

from ..codec import decode
from ..model.facts import Facts

HOSTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "hosts")


class KnownHost(NamedTuple):
    """The facts of a stock system, and whether they were read from one or put together from documentation."""

    facts: Facts
    is_recorded: bool

    @property
    def mark(self) -> str:
        """What has to be said wherever a finding rests on it; empty for a recorded one."""
        system = self.facts.os
        return "" if self.is_recorded else f"what {system.name} {system.version_id}".rstrip() + (
            " owns is described from documentation, not recorded")


@lru_cache(maxsize=16)
def known_host(system: str, version: str) -> Optional[KnownHost]:
    """What is known of that release, its distributions included; None where it has no file."""
    path = os.path.join(HOSTS, f"{system}-{version}.toml" if version else f"{system}.toml")
    if not system or "/" in system + version or not os.path.exists(path):
        return None
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    with open(path, "rb") as file:
        data = tomllib.load(file)
    return KnownHost(decode(Facts, data["facts"]), data["recorded"] is True)
