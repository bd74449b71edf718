"""An interpreter and the caller's variables -> its site directories, in the order of sys.path.

The interpreter is not started: its own site.py is read as text, because distributions patch it
(Debian's knows `dist-packages`, Fedora's and openSUSE's add /usr/local).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from ..host import Host
from ..model.facts import EnvironmentKind as Kind
from ..model.facts import Interpreter, OwnerKind, ShellEnvironment, SiteDirectory
from ..model.paths import absolute
from .markers import SMALL
from .places import find_home
from .pth import read_path_files

CONDA_KINDS = frozenset({Kind.CONDA, Kind.CONDA_BASE, Kind.PIXI})


class Candidate(NamedTuple):
    """A place where this interpreter would look, whether it is there or not."""

    path: str
    scheme: str


class Dialect(NamedTuple):
    """How a distribution changed site.py."""

    debian: bool
    adds_local: bool
    follows_virtual_env: bool    # Debian's Python 3.9 and older: VIRTUAL_ENV adds site-packages


def site_directories(host: Host, interpreter: Interpreter, *, environment: ShellEnvironment, uid: int,
                     cwd: str = "") -> tuple[SiteDirectory, ...]:
    """Everything on its sys.path that distributions can be in; the lower rank wins an import.

    Directories that Python leaves out because they are absent stand in their place with `exists`
    false: an install would create them. Relative entries of PYTHONPATH need `cwd`.
    """
    if not interpreter.stdlib:
        return ()
    home = environment.home or find_home(host, dict(environment.variables), uid)
    sites: list[SiteDirectory] = []
    known: set[str] = set()
    for candidate in _candidates(host, interpreter, environment, home, cwd):
        if candidate.path in known:
            continue
        known.add(candidate.path)
        sites.append(_site(host, interpreter, candidate, home, len(sites)))
        if candidate.scheme == "pythonpath" or not sites[-1].exists:
            continue    # .pth files count in site directories only
        for path in read_path_files(host, candidate.path):
            if path not in known:
                known.add(path)
                sites.append(_site(host, interpreter, Candidate(path, "pth"), home, len(sites)))
    return tuple(sites)


def own_sites(host: Host, interpreter: Interpreter) -> tuple[str, ...]:
    """The site directories that belong to the interpreter itself, the one pip writes to first."""
    if not interpreter.stdlib:
        return ()
    dialect = read_dialect(host, interpreter.stdlib)
    is_venv = interpreter.kind is Kind.VENV
    return tuple(found.path for found in _prefix_sites(interpreter, interpreter.prefix, dialect, is_venv))


def is_writable(host: Host, path: str) -> bool:
    """The directory, or where it is absent the nearest one above it, may be written by the caller."""
    while not host.exists(path) and path not in ("/", ""):
        path = os.path.dirname(path)
    return bool(path) and host.is_writable(path)


def read_dialect(host: Host, stdlib: str) -> Dialect:
    """What its site.py says; a library without one is as CPython's."""
    try:
        text = host.read_text(os.path.join(stdlib, "site.py"), SMALL)
    except OSError:
        return Dialect(False, False, False)
    debian = "dist-packages" in text
    return Dialect(debian, "RPM_BUILD_ROOT" in text and "/usr/local" in text,
                   debian and "'VIRTUAL_ENV' in os.environ" in text)


def _candidates(host: Host, interpreter: Interpreter, environment: ShellEnvironment, home: str,
                cwd: str) -> Iterator[Candidate]:
    """In the order of site.main(): PYTHONPATH, the venv's own, the user's, then the prefix's."""
    dialect = read_dialect(host, interpreter.stdlib)
    is_venv = interpreter.kind is Kind.VENV
    for entry in environment.get("PYTHONPATH").split(":"):
        path = absolute(entry, cwd) if entry else ""
        if path.startswith("/"):
            yield Candidate(path, "pythonpath")
    if is_venv:
        own = list(_prefix_sites(interpreter, interpreter.prefix, dialect, True))
        yield own[0]
        yield from (found for found in own[1:] if host.is_dir(found.path))
        if not interpreter.system_site:
            return
    base = _base_prefix(interpreter, environment)
    user_site = bool(home or environment.get("PYTHONUSERBASE")) and not environment.get("PYTHONNOUSERSITE")
    if user_site:
        yield from _user_site(interpreter, environment, home, cwd)
    if user_site and dialect.adds_local and not environment.get("RPM_BUILD_ROOT"):
        yield from _plain_sites(interpreter, "/usr/local", "posix_local")
    if dialect.follows_virtual_env and environment.get("VIRTUAL_ENV") and not is_venv:
        yield from _plain_sites(interpreter, base, "posix_prefix")
    yield from _prefix_sites(interpreter, base, dialect, False)


def _prefix_sites(interpreter: Interpreter, prefix: str, dialect: Dialect,
                  is_venv: bool) -> Iterator[Candidate]:
    """site.getsitepackages() for one prefix."""
    scheme = "venv" if is_venv else "conda" if _is_conda(interpreter) else "posix_prefix"
    if is_venv or not dialect.debian:
        yield from _plain_sites(interpreter, prefix, scheme)
    if dialect.debian:
        name = os.path.basename(interpreter.stdlib)
        yield Candidate(f"{prefix}/local/lib/{name}/dist-packages", "posix_local")
        yield Candidate(f"{prefix}/lib/python{name[6:7]}/dist-packages", "deb_system")
        yield Candidate(f"{prefix}/lib/{name}/dist-packages", "posix_prefix")


def _plain_sites(interpreter: Interpreter, prefix: str, scheme: str) -> Iterator[Candidate]:
    """`lib64` first where the standard library is there (sys.platlibdir), then `lib`."""
    library, name = os.path.split(interpreter.stdlib)
    for directory in dict.fromkeys((os.path.basename(library), "lib")):
        yield Candidate(f"{prefix}/{directory}/{name}/site-packages", scheme)


def _base_prefix(interpreter: Interpreter, environment: ShellEnvironment) -> str:
    """PYTHONHOME moves the prefix of everything that does not come from a pyvenv.cfg."""
    home = environment.get("PYTHONHOME").split(":")[0]
    return home.rstrip("/") if home.startswith("/") else interpreter.base_prefix


def _user_site(interpreter: Interpreter, environment: ShellEnvironment, home: str,
               cwd: str) -> Iterator[Candidate]:
    """A relative PYTHONUSERBASE is below the working directory, `~` in it is a name like any other."""
    base = environment.get("PYTHONUSERBASE") or os.path.join(home, ".local")
    base = absolute(base, cwd)
    if base.startswith("/"):
        yield Candidate(f"{base}/lib/{os.path.basename(interpreter.stdlib)}/site-packages", "user_site")


def _is_conda(interpreter: Interpreter) -> bool:
    return interpreter.kind in CONDA_KINDS or interpreter.base_kind in CONDA_KINDS


def _site(host: Host, interpreter: Interpreter, candidate: Candidate, home: str, rank: int) -> SiteDirectory:
    return SiteDirectory(path=candidate.path, owner=_owner(host, interpreter, candidate, home),
                         scheme=candidate.scheme, rank=rank, writable=is_writable(host, candidate.path),
                         exists=host.exists(candidate.path))


def _owner(host: Host, interpreter: Interpreter, candidate: Candidate, home: str) -> OwnerKind:
    """By place: what the operating system, conda, the administrator and one user answer for."""
    path = candidate.path
    if _is_conda(interpreter) and path.startswith(interpreter.base_prefix + "/"):
        return OwnerKind.CONDA
    if candidate.scheme == "user_site" or path.startswith(("/home/", "/root/", "/Users/")):
        return OwnerKind.USER
    if home not in ("", "/") and path.startswith(home.rstrip("/") + "/"):
        return OwnerKind.USER
    if path.startswith(("/usr/local/", "/opt/", "/srv/")):
        return OwnerKind.LOCAL
    if path.startswith(("/usr/", "/lib/", "/lib64/", "/nix/store/", "/gnu/store/")):
        return OwnerKind.OS
    return OwnerKind.USER if _belongs_to_a_user(host, path) else OwnerKind.LOCAL


def _belongs_to_a_user(host: Host, path: str) -> bool:
    while not host.exists(path) and path not in ("/", ""):
        path = os.path.dirname(path)
    return bool(path) and host.stat(path).st_uid != 0
