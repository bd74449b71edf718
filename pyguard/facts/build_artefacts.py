"""Environments on disk -> what builds left beside the sources of their editable installations."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..host import Host
from .environment_defects import editable_sources
from .stored_environments import Found

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


def find_artefacts(host: Host, environments: Collection[Found]) -> tuple[str, ...]:
    """`build/` directories and egg-info that is not what the installation is imported through."""
    found: set[str] = set()
    for environment in environments:
        for _, source in editable_sources(host, environment):
            if any(host.is_file(f"{source}/{name}") for name in PROJECT_FILES):
                found.update(_left(host, source))
    return tuple(sorted(found))


def _left(host: Host, source: str) -> Iterator[str]:
    """setuptools writes lib*/, bdist.*/ and temp.*/ into build/ (distutils' build command); others are not ours."""
    names = _listed(host, f"{source}/build")
    if names and all(name.startswith(("lib", "bdist.", "temp.", "scripts-", "__editable__")) for name in names):
        yield f"{source}/build"


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # nothing was built there
