"""A host and its caller's variables in, the prefixes of environments that exist out: their names are taken.

`conda create -n NAME` deletes an environment of that name before it solves (conda/cli/main_create.py), so
a name counts as free only when it is in none of the places where an environment of that name could be.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..host import Host
from .conda import CondaLayout, read_conda
from .enumerate import entries_of


def find_environments(host: Host, environment: Mapping[str, str], home: str) -> tuple[str, ...]:
    """Every entry of a directory of environments, a complete environment or not; sorted."""
    return taken_prefixes(host, read_conda(host, environment, home), home)


def taken_prefixes(host: Host, layout: CondaLayout, home: str) -> tuple[str, ...]:
    """The same where conda's layout is known already."""
    own = [path for place in (".venvs", ".pixi-envs") for path in entries_of(host, f"{home}/{place}")] if home else []
    return tuple(sorted({*layout.taken, *own}))
