"""Environments on disk -> what builds left beside the sources of their editable installations.

An installation with a direct_url.json has its metadata in its own dist-info (PEP 660): the egg-info beside the source
is what the build wrote on the way. An older one, which an egg-link or a .pth file leads to, needs that egg-info, and
another environment may have the same source that way: whatever something leads to stays.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..host import Host
from ..model.late_pattern import late
from ..model.storage import StorageKind
from .accounts import Account
from .environment_defects import editable_sources, site_directories_of
from .markers import SMALL
from .pth import read_path_files
from .stored_environments import Found

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
BUILT = late(r"(?:lib(?:\..+)?|bdist\..+|temp\..+|scripts-.+)\Z", re.S)
SHARED = ("/usr/local", "/usr")


class _Led(NamedTuple):
    """Where egg-links and .pth files lead: `metadata` has to be found there, `imports` only come from there."""

    metadata: frozenset[str]
    imports: frozenset[str]


def find_artefacts(host: Host, environments: Collection[Found], accounts: Collection[Account] = ()) -> tuple[str, ...]:
    """`build/` directories and egg-info, sorted. Site directories of the accounts are looked at, too."""
    sources = {source for environment in environments for _, source in editable_sources(host, environment)
               if any(host.is_file(f"{source}/{name}") for name in PROJECT_FILES)}
    if not sources:
        return ()
    others = (*(f"{account.home.rstrip('/')}/.local" for account in accounts), *SHARED)
    led = _led(host, (*environments, *(Found(prefix, StorageKind.VENV, "") for prefix in others)))
    return tuple(sorted({path for source in sources for path in _left(host, source, led)}))


def _led(host: Host, environments: Collection[Found]) -> _Led:
    """A .pth file of a PEP 660 installation leads to its own source, and the metadata are elsewhere."""
    metadata: set[str] = set()
    imports: set[str] = set()
    for environment in environments:
        own = tuple(_real(host, source) for _, source in editable_sources(host, environment))
        for site in site_directories_of(host, environment):
            metadata.update(_egg_links(host, site))
            for path in (_real(host, each) for each in read_path_files(host, site)):
                imports.add(path)
                if not any(f"{path}/".startswith(f"{source}/") for source in own):
                    metadata.add(path)
    return _Led(frozenset(metadata), frozenset(imports | metadata))


def _egg_links(host: Host, site: str) -> Iterator[str]:
    """The first line is the directory that the egg-info lies in (setuptools, development mode)."""
    for name in _listed(host, site):
        if name.endswith(".egg-link"):
            try:
                line = host.read_text(f"{site}/{name}", SMALL).partition("\n")[0].strip()
            except OSError:
                continue    # nobody can follow it either
            yield _real(host, os.path.join(site, line))


def _left(host: Host, source: str, led: _Led) -> Iterator[str]:
    """setuptools writes lib*/, bdist.*/ and temp.*/ into build/ (distutils' build command); others are not ours.

    `__editable__.*` there is what a strict editable installation is imported from (setuptools, development mode).
    """
    build = f"{source}/build"
    names = _listed(host, build)
    if names and all(BUILT.match(name) and _is_directory(host, f"{build}/{name}") for name in names) and \
            _is_directory(host, build) and not any(f"{path}/".startswith(f"{_real(host, build)}/")
                                                   for path in led.imports):
        yield build
    for directory in (source, f"{source}/src"):
        if _real(host, directory) not in led.metadata:
            yield from (f"{directory}/{name}" for name in _listed(host, directory)
                        if name.endswith(".egg-info") and host.is_file(f"{directory}/{name}/PKG-INFO")
                        and not host.is_link(f"{directory}/{name}"))


def _is_directory(host: Host, path: str) -> bool:
    return host.is_dir(path) and not host.is_link(path)


def _real(host: Host, path: str) -> str:
    try:
        return host.realpath(path)
    except OSError:
        return path    # a loop of links leads nowhere


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # nothing was built there
