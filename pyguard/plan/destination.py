"""A Request and Facts -> the directories that very pip would write to, and why. Pure.

pip's order is `decide_user_install` in `commands/install.py` and `get_scheme` in `locations/`; which of
its two backends is asked depends on pip's and Python's release. Debian changes three things: its
sysconfig (3.10 and later) and its distutils (before) put things below `local/`, and its pip 20.3 and
older is `--user` for everybody but root.
"""

from __future__ import annotations

import posixpath
from typing import Optional

from ..model.facts import EnvironmentKind, Facts, OwnerKind, SiteDirectory
from ..model.frozen import replace
from ..model.plan import Target
from ..model.request import Action, Request, Scheme

Release = tuple[int, ...]
SILENT_USER = (20, 0)         # falls back to the user site by itself
SYSCONFIG = (21, 3)           # asks sysconfig instead of distutils, on Python 3.10 and later
CHECKS_MARKER = (23, 0)       # honours EXTERNALLY-MANAGED
REFUSES_NO_USER_SITE = (25, 3)
PLAIN_PREFIX = (26, 3)        # --prefix no longer gets Debian's local/
ASSUMED = (26, 2)             # where pip's release is not known
DEB_LAYOUTS = ("deb", "deb_system")
OFF_WORDS = ("0", "n", "no", "f", "false", "off")
VENV_LIKE = frozenset((EnvironmentKind.VENV,))
CONDA_LIKE = frozenset((EnvironmentKind.CONDA, EnvironmentKind.CONDA_BASE, EnvironmentKind.PIXI))


def locate(request: Request, facts: Facts) -> Target:
    """Where the distributions would go; `reason` says what decided it."""
    place = _choose(request, facts)
    root = request.destination.root.rstrip("/")
    if root:
        place = replace(place, purelib=root + place.purelib, platlib=root + place.platlib,
                        scripts=root + place.scripts)
    ranks = [site.rank for site in facts.sites if site.path in (place.purelib, place.platlib)]
    return replace(place, on_path=bool(ranks), rank=min(ranks, default=None))


def refused_by_pip(request: Request, facts: Facts) -> str:
    """Why pip itself would stop before it writes anything, or an empty text."""
    wanted = request.destination
    if request.action is Action.NONE:
        return ""
    if wanted.user and wanted.scheme in (Scheme.TARGET, Scheme.PREFIX):
        return f"pip does not combine --user and --{wanted.scheme.value}"
    if _is_externally_managed(request, facts):
        return "the Python is externally managed (PEP 668)"
    if wanted.user and request.action is Action.INSTALL:
        if _is_closed_venv(facts):
            return "user site directories are not visible in this virtual environment"
        if not _user_site_enabled(facts) and _pip_release(facts, default=()) >= REFUSES_NO_USER_SITE:
            return "user site directories are disabled for this Python"
    return ""


def _is_externally_managed(request: Request, facts: Facts) -> bool:
    wanted = request.destination
    elsewhere = wanted.root or wanted.scheme in (Scheme.TARGET, Scheme.PREFIX)
    return (facts.interpreter.externally_managed is not None and _pip_release(facts) >= CHECKS_MARKER
            and facts.interpreter.kind not in VENV_LIKE and request.break_system_packages is None
            and not (elsewhere and request.action is Action.INSTALL))


def _choose(request: Request, facts: Facts) -> Target:
    wanted = request.destination
    if wanted.scheme is Scheme.TARGET and wanted.path:
        return Target(wanted.path, wanted.path, posixpath.join(wanted.path, "bin"), "target",
                      reason=wanted.asked_by or "--target")
    if wanted.scheme is Scheme.PREFIX and wanted.path:
        return _prefix(wanted.path, request, facts)
    user, reason = _decide_user(request, facts)
    if user:
        return replace(_user(request, facts), reason=reason)
    return replace(_default(facts), reason=reason)


def _decide_user(request: Request, facts: Facts) -> tuple[bool, str]:
    """pip's decide_user_install, for requests without a prefix or a target."""
    wanted = request.destination
    if _is_debians_old_pip(facts):
        system = next((one for one in request.settings if one.name == "no-user" and one.value not in OFF_WORDS), None)
        if system is not None:    # elsewhere `no-user = yes` means user, as the option is a negation
            return False, system.origin
    if wanted.user is not None:
        return wanted.user, wanted.asked_by or ("--user" if wanted.user else "--no-user")
    if request.uid != 0 and _is_debians_old_pip(facts) and not _in_venv(facts):
        return True, "Debian's pip is --user for everybody but root"
    if not _user_site_enabled(facts):
        return False, "user site directories are disabled"
    if _pip_release(facts) < SILENT_USER:
        return False, "the interpreter's own place"
    if _is_writable(request, facts):
        return False, "the interpreter's own place, which is writable"
    return True, "the interpreter's own place is not writable, so pip turns to the user's"


def _is_writable(request: Request, facts: Facts) -> bool:
    """Root may write everywhere; for others the collected facts say, or the tree named by --root."""
    if request.uid == 0:
        return True
    if request.destination.root_writable is not None:
        return request.destination.root_writable
    place = _default(facts)
    known = [site.writable for site in facts.sites if site.path in (place.purelib, place.platlib)]
    return all(known) if known else facts.interpreter.writable


def _default(facts: Facts) -> Target:
    """The interpreter's own scheme."""
    interpreter = facts.interpreter
    prefix, name = interpreter.prefix, _library_name(facts)
    if _in_venv(facts):
        return _plain(facts, prefix, "venv")
    if interpreter.kind in CONDA_LIKE:
        return _plain(facts, prefix, "conda")
    if _is_debian(facts):
        if _asks_sysconfig(facts):
            if facts.environment.get("DEB_PYTHON_INSTALL_LAYOUT") in DEB_LAYOUTS:
                return _below(prefix, "lib/python3/dist-packages", "bin", "deb_system")
            return _local(prefix, name)
        if _looks_virtual(facts):
            return _plain(facts, prefix, "posix_prefix")
        return _local(prefix, name)
    local = _site(facts, "posix_local")
    if local is not None:    # Fedora and its kin: /usr stays rpm's
        return _plain(facts, local.path.split("/lib")[0], "posix_local")
    return _plain(facts, prefix, "posix_prefix")


def _prefix(path: str, request: Request, facts: Facts) -> Target:
    """`--prefix`: the interpreter's scheme with another base, which on Debian is a trap."""
    name = _library_name(facts)
    found = _plain(facts, path, "prefix")
    if _is_debian(facts) and not _in_venv(facts):
        if not _asks_sysconfig(facts):
            if path == "/usr/local" and not _looks_virtual(facts):    # taken for the default
                found = _local("/usr", name)
        elif facts.environment.get("DEB_PYTHON_INSTALL_LAYOUT") in DEB_LAYOUTS:
            found = _below(path, "lib/python3/dist-packages", "bin", "prefix")
        elif _pip_release(facts) < PLAIN_PREFIX:
            found = _local(path, name)
    return replace(found, scheme="prefix", reason=request.destination.asked_by or "--prefix")


def _user(request: Request, facts: Facts) -> Target:
    """The user site: PYTHONUSERBASE, else ~/.local."""
    environment = facts.environment
    base = environment.get("PYTHONUSERBASE") or posixpath.join(environment.home or "/", ".local")
    base = posixpath.normpath(posixpath.join(request.cwd or "/", base))
    site = f"{base}/lib/{_library_name(facts)}/site-packages"
    return Target(site, site, f"{base}/bin", "user_site")


def _local(base: str, name: str) -> Target:
    return _below(base, f"local/lib/{name}/dist-packages", "local/bin", "posix_local")


def _below(base: str, library: str, scripts: str, scheme: str) -> Target:
    base = base.rstrip("/")
    return Target(f"{base}/{library}", f"{base}/{library}", f"{base}/{scripts}", scheme)


def _plain(facts: Facts, base: str, scheme: str) -> Target:
    """CPython's own scheme; compiled modules go to lib64 where the standard library is there."""
    base, name = base.rstrip("/"), _library_name(facts)
    directory = posixpath.basename(posixpath.dirname(facts.interpreter.stdlib)) or "lib"
    platlib = directory if directory in ("lib", "lib64") else "lib"
    return Target(f"{base}/lib/{name}/site-packages", f"{base}/{platlib}/{name}/site-packages",
                  f"{base}/bin", scheme)


def _library_name(facts: Facts) -> str:
    """`python3.11`, `pypy3.9`, `python3.13t`."""
    return posixpath.basename(facts.interpreter.stdlib) or f"python{facts.interpreter.minor}"


def _site(facts: Facts, scheme: str) -> Optional[SiteDirectory]:
    return next((site for site in facts.sites if site.scheme == scheme), None)


def _in_venv(facts: Facts) -> bool:
    return facts.interpreter.kind in VENV_LIKE


def _is_closed_venv(facts: Facts) -> bool:
    return _in_venv(facts) and not facts.interpreter.system_site


def _user_site_enabled(facts: Facts) -> bool:
    """site.ENABLE_USER_SITE."""
    return (facts.interpreter.user_site and not _is_closed_venv(facts)
            and not facts.environment.get("PYTHONNOUSERSITE"))


def _is_debian(facts: Facts) -> bool:
    """Whether the standard library is Debian's: its site.py knows a dist-packages for all minors."""
    return any(site.scheme == "deb_system" for site in facts.sites)


def _is_debians_old_pip(facts: Facts) -> bool:
    """The build that is patched to be --user by default, up to Debian 11 and Ubuntu 20.04."""
    pip = facts.pip
    return (pip is not None and pip.owner is not None and pip.owner.kind is OwnerKind.OS and _is_debian(facts)
            and _pip_release(facts) < SYSCONFIG)


def _asks_sysconfig(facts: Facts) -> bool:
    python = tuple(int(part) for part in facts.interpreter.minor.split(".") if part.isdigit())
    return _pip_release(facts) >= SYSCONFIG and python >= (3, 10)


def _pip_release(facts: Facts, default: Release = ASSUMED) -> Release:
    """The numbers of pip's version."""
    numbers = []
    for part in (facts.pip.version if facts.pip else "").split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers) or default


def _looks_virtual(facts: Facts) -> bool:
    """What Debian's distutils takes for a virtual environment: then it writes where Debian's Python never looks."""
    return any(name in ("VIRTUAL_ENV", "PYTHONUSERBASE") for name, _ in facts.environment.variables)
