"""Environments on disk -> what builds left beside the sources of their editable installations.

An installation with a direct_url.json has its metadata in its own dist-info (PEP 660): the egg-info beside the source
is what the build wrote on the way. Older installations, which an egg-link leads to, need theirs and are not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..host import Host
from .environment_defects import editable_sources
from .stored_environments import Found

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


def find_artefacts(host: Host, environments: Collection[Found]) -> tuple[str, ...]:
    """`build/` directories and egg-info, sorted."""
    found: set[str] = set()
    for environment in environments:
        for _, source in editable_sources(host, environment):
            if any(host.is_file(f"{source}/{name}") for name in PROJECT_FILES):
                found.update(_left(host, source))
    return tuple(sorted(found))


def _left(host: Host, source: str) -> Iterator[str]:
    """setuptools writes lib*/, bdist.*/ and temp.*/ into build/ (distutils' build command); others are not ours.

    `__editable__.*` there is what a strict editable installation is imported from (setuptools, development mode).
    """
    names = _listed(host, f"{source}/build")
    if names and all(name.startswith(("lib", "bdist.", "temp.", "scripts-")) for name in names):
        yield f"{source}/build"
    for directory in (source, f"{source}/src"):
        yield from (f"{directory}/{name}" for name in _listed(host, directory)
                    if name.endswith(".egg-info") and host.is_file(f"{directory}/{name}/PKG-INFO")
                    and not host.is_link(f"{directory}/{name}"))


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # nothing was built there
