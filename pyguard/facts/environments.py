"""A host and its caller's variables in, the prefixes of environments that exist out: their names are taken.

`conda create -n NAME` deletes an environment of that name before it solves (conda/cli/main_create.py), so
a name counts as free only when it is in none of the places where an environment of that name could be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..host import Host
from .enumerate import conda_bases, entries_of, registered_environments

VARIABLES = ("CONDA_ENVS_DIRS", "CONDA_ENVS_PATH")    # the second is the older name of the first


def find_environments(host: Host, environment: Mapping[str, str], home: str) -> tuple[str, ...]:
    """Every entry of a directory of environments, a complete environment or not; sorted."""
    found = {path for directory in _directories(host, environment, home) for path in entries_of(host, directory)}
    if home:
        found.update(registered_environments(host, f"{home}/.conda/environments.txt"))
    return tuple(sorted(found))


def _directories(host: Host, environment: Mapping[str, str], home: str) -> Iterator[str]:
    for variable in VARIABLES:
        yield from (entry for entry in environment.get(variable, "").split(":") if entry.startswith("/"))
    for base in conda_bases(host, environment, home):
        yield f"{base}/envs"
    if home:
        yield f"{home}/.venvs"
        yield f"{home}/micromamba/envs"
