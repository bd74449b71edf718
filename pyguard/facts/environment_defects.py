"""An environment on disk -> what about it does not work, or lets the outside in; nothing is started."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from ..host import Host
from ..model.storage import Defect
from ..model.storage import StorageKind as Kind
from .accounts import Account
from .defaults import read_shebang
from .markers import SMALL
from .stored_environments import Found

# Python 3.13 writes it indented, beside a line for cygwin.
ACTIVATED = re.compile(r"^[ \t]*(?:export )?VIRTUAL_ENV=[\"']?(/[^\"'\n]+)", re.MULTILINE)
CONDAS = frozenset({Kind.CONDA, Kind.CONDA_BASE, Kind.PIXI})


def find_defects(host: Host, found: Found, accounts: Sequence[Account]) -> tuple[Defect, ...]:
    """Each kind of defect once, the gravest first."""
    return (*_interpreter(host, found), *_base(host, found), *_moved(host, found),
            *_editable(host, found), *_leaks(host, found, accounts))


def python_of(host: Host, found: Found) -> str:
    """The environment's `bin/python`, by the first name that is there; empty for a conda environment without one."""
    for name in ("python", "python3"):
        path = f"{found.prefix}/bin/{name}"
        if host.is_link(path) or host.exists(path):
            return path
    return ""


def _interpreter(host: Host, found: Found) -> Iterator[Defect]:
    python = python_of(host, found)
    if not python:
        if found.kind not in CONDAS:    # a conda environment need not have a Python
            yield Defect("missing-interpreter", f"there is no {found.prefix}/bin/python")
    elif not host.exists(python):
        yield Defect("missing-interpreter", f"{python} leads nowhere")


def _base(host: Host, found: Found) -> Iterator[Defect]:
    home = dict(found.config).get("home", "")
    if home and not any(host.exists(f"{home}/{name}") for name in _names(found.python)):
        yield Defect("broken-base", f"pyvenv.cfg names {home}, and there is no Python in it")


def _names(version: str) -> tuple[str, ...]:
    minor = ".".join(version.split(".")[:2])
    return (f"python{minor}", "python3", "python", "pypy3") if minor else ("python3", "python", "pypy3")


def _moved(host: Host, found: Found) -> Iterator[Defect]:
    """activate, or else the first line of its pip, still names the place where the environment was made."""
    if found.kind not in CONDAS:
        try:
            said = ACTIVATED.search(host.read_text(f"{found.prefix}/bin/activate", SMALL))
        except OSError:
            said = None    # made without activation scripts
        if said and _real(host, said[1]) != found.prefix:
            yield Defect("moved", f"bin/activate says that it is {said[1]}")
            return
    words = read_shebang(host, f"{found.prefix}/bin/pip").split()
    if words and words[0].startswith("/") and words[0].endswith(("python", "python3", f"python{found.python[:4]}")):
        place = os.path.dirname(os.path.dirname(words[0]))
        if _real(host, place) != found.prefix:
            yield Defect("moved", f"bin/pip runs {words[0]}")


def _real(host: Host, path: str) -> str:
    try:
        return host.realpath(path)
    except OSError:
        return path    # a loop of links is not this place


def _editable(host: Host, found: Found) -> Iterator[Defect]:
    for name, source in editable_sources(host, found):
        if not host.is_dir(source):
            yield Defect("editable-source-gone", f"{name} is installed from {source}, which is gone")


def editable_sources(host: Host, found: Found) -> Iterator[tuple[str, str]]:
    """(distribution, directory of its source): PEP 660 installations say it in direct_url.json (PEP 610)."""
    for site in site_directories_of(host, found):
        for name in _listed(host, site):
            source = _source(host, f"{site}/{name}/direct_url.json") if name.endswith(".dist-info") else ""
            if source:
                yield name.split("-")[0], source


def _source(host: Host, path: str) -> str:
    try:
        data = json.loads(host.read_text(path, SMALL))
    except (OSError, ValueError):
        return ""    # from an index, or written by nobody who follows PEP 610
    if not isinstance(data, dict) or not isinstance(data.get("dir_info"), dict):
        return ""
    parts = urlsplit(str(data.get("url", "")))
    return unquote(parts.path) if data["dir_info"].get("editable") and parts.scheme == "file" else ""


def _leaks(host: Host, found: Found, accounts: Sequence[Account]) -> Iterator[Defect]:
    """The user site is on a conda environment's path, and on that of a venv that sees the system's (PEP 370)."""
    isolated = dict(found.config).get("include-system-site-packages", "false").lower() != "true"
    if (found.config and isolated) or not found.python or _says_no_user_site(host, found):
        return
    minor = ".".join(found.python.split(".")[:2])
    for account in accounts:
        site = f"{account.home}/.local/lib/python{minor}/site-packages"
        if any(name.endswith((".dist-info", ".egg-info")) for name in _listed(host, site)):
            yield Defect("user-site-leaks", f"{site} is on its path")


def _says_no_user_site(host: Host, found: Found) -> bool:
    """`conda env config vars set PYTHONNOUSERSITE=1`."""
    try:
        return "PYTHONNOUSERSITE" in host.read_text(f"{found.prefix}/conda-meta/state", SMALL)
    except OSError:
        return False    # no variables were set


def site_directories_of(host: Host, found: Found) -> list[str]:
    """The site-packages directories in a prefix, and dist-packages, as Debian calls its own."""
    return [site for library in ("lib", "lib64") if not host.is_link(f"{found.prefix}/{library}")
            for name in _listed(host, f"{found.prefix}/{library}") if name.startswith(("python", "pypy"))
            for last in ("site-packages", "dist-packages")
            for site in (f"{found.prefix}/{library}/{name}/{last}",) if host.is_dir(site)]


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # not there, or not ours to read: the measurement says which
