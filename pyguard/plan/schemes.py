"""Facts about an interpreter -> its installation schemes: directories for modules and commands. Pure.

The names are sysconfig's, and Debian's and Fedora's additions to them (posix_local, deb_system).
"""

from __future__ import annotations

import posixpath
from typing import Optional

from ..model.facts import EnvironmentKind, Facts, SiteDirectory
from ..model.paths import absolute
from ..model.plan import Target
from ..model.request import Request

Release = tuple[int, ...]
SYSCONFIG = (21, 3)           # the first pip that asks sysconfig instead of distutils, on Python 3.10 and later
ASSUMED = (26, 2)             # where pip's release is not known
DEB_LAYOUTS = ("deb", "deb_system")
VENV_LIKE = frozenset((EnvironmentKind.VENV,))
CONDA_LIKE = frozenset((EnvironmentKind.CONDA, EnvironmentKind.CONDA_BASE, EnvironmentKind.PIXI))


def default_scheme(facts: Facts) -> Target:
    """The interpreter's own scheme."""
    interpreter = facts.interpreter
    prefix, name = interpreter.prefix, library_name(facts)
    if in_venv(facts):
        return plain_scheme(facts, prefix, "venv")
    if interpreter.kind in CONDA_LIKE:
        return plain_scheme(facts, prefix, "conda")
    if is_debian(facts):
        if asks_sysconfig(facts):
            if facts.environment.get("DEB_PYTHON_INSTALL_LAYOUT") in DEB_LAYOUTS:
                return below(prefix, "lib/python3/dist-packages", "bin", "deb_system")
            return local_scheme(prefix, name)
        if looks_virtual(facts):
            return plain_scheme(facts, prefix, "posix_prefix")
        return local_scheme(prefix, name)
    local = _site(facts, "posix_local")
    if local is not None:    # Fedora and its kin: /usr stays rpm's
        return plain_scheme(facts, local.path.split("/lib")[0], "posix_local")
    return plain_scheme(facts, prefix, "posix_prefix")


def user_scheme(request: Request, facts: Facts) -> Target:
    """The user site: PYTHONUSERBASE, else ~/.local."""
    environment = facts.environment
    base = environment.get("PYTHONUSERBASE") or posixpath.join(environment.home or "/", ".local")
    base = absolute(base, request.cwd or "/")
    site = f"{base}/lib/{library_name(facts)}/site-packages"
    return Target(site, site, f"{base}/bin", "user_site")


def local_scheme(base: str, name: str) -> Target:
    """Debian's place for everybody's pip: `local/` below the prefix."""
    return below(base, f"local/lib/{name}/dist-packages", "local/bin", "posix_local")


def below(base: str, library: str, scripts: str, scheme: str) -> Target:
    """Directories below a prefix, pure and compiled modules together."""
    base = base.rstrip("/")
    return Target(f"{base}/{library}", f"{base}/{library}", f"{base}/{scripts}", scheme)


def plain_scheme(facts: Facts, base: str, scheme: str) -> Target:
    """CPython's own scheme; compiled modules go to lib64 where the standard library is there."""
    base, name = base.rstrip("/"), library_name(facts)
    directory = posixpath.basename(posixpath.dirname(facts.interpreter.stdlib)) or "lib"
    platlib = directory if directory in ("lib", "lib64") else "lib"
    return Target(f"{base}/lib/{name}/site-packages", f"{base}/{platlib}/{name}/site-packages",
                  f"{base}/bin", scheme)


def library_name(facts: Facts) -> str:
    """`python3.11`, `pypy3.9`, `python3.13t`."""
    return posixpath.basename(facts.interpreter.stdlib) or f"python{facts.interpreter.minor}"


def _site(facts: Facts, scheme: str) -> Optional[SiteDirectory]:
    return next((site for site in facts.sites if site.scheme == scheme), None)


def in_venv(facts: Facts) -> bool:
    """Whether the interpreter is a virtual environment's."""
    return facts.interpreter.kind in VENV_LIKE


def is_closed_venv(facts: Facts) -> bool:
    """One that does not see the site directories of the Python it was made from."""
    return in_venv(facts) and not facts.interpreter.system_site


def user_site_enabled(facts: Facts) -> bool:
    """site.ENABLE_USER_SITE."""
    return (facts.interpreter.user_site and not is_closed_venv(facts)
            and not facts.environment.get("PYTHONNOUSERSITE"))


def is_debian(facts: Facts) -> bool:
    """Whether the standard library is Debian's: its site.py knows a dist-packages for all minors."""
    return any(site.scheme == "deb_system" for site in facts.sites)


def asks_sysconfig(facts: Facts) -> bool:
    """Which of pip's two backends tells it the directories: sysconfig or distutils."""
    python = tuple(int(part) for part in facts.interpreter.minor.split(".") if part.isdigit())
    return pip_release(facts) >= SYSCONFIG and python >= (3, 10)


def pip_release(facts: Facts, default: Release = ASSUMED) -> Release:
    """The numbers of pip's version."""
    numbers = []
    for part in (facts.pip.version if facts.pip else "").split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers) or default


def looks_virtual(facts: Facts) -> bool:
    """What Debian's distutils takes for a virtual environment: then it writes where Debian's Python never looks."""
    return any(name in ("VIRTUAL_ENV", "PYTHONUSERBASE") for name, _ in facts.environment.variables)
