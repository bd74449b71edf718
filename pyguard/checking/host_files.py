"""The recorded host of a distribution's release becomes Facts: data/hosts/ID-VERSION.toml, the scenarios' own world."""

from __future__ import annotations

import importlib
import os
import sys
from functools import lru_cache
from typing import Optional

from ..codec import decode
from ..model.facts import Facts

HOSTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "hosts")


@lru_cache(maxsize=16)
def recorded_host(system: str, version: str) -> Optional[Facts]:
    """What was recorded of that release, its distributions included; None where none was."""
    path = os.path.join(HOSTS, f"{system}-{version}.toml" if version else f"{system}.toml")
    if not system or "/" in system + version or not os.path.exists(path):
        return None
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    with open(path, "rb") as file:
        return decode(Facts, tomllib.load(file)["facts"])
