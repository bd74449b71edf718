"""A Request to a tool that does not ask pip, and Facts -> the directories it would write to. Pure.

Measured with the tools themselves on Debian 11, 12 and 13 (tests/proof/test_frontends.py).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ..model.facts import Facts
from ..model.frozen import replace
from ..model.paths import normalize
from ..model.plan import Target
from ..model.request import EGG_COMMANDS, UV_SYNC, Request, Scheme
from .schemes import (
    DEB_LAYOUTS,
    below,
    in_venv,
    is_debian,
    library_name,
    local_scheme,
    looks_virtual,
    plain_scheme,
    user_scheme,
)


def choose(request: Request, facts: Facts) -> Target:
    """By the frontend; every one that destination.py sends here has its line."""
    return CHOOSERS[request.frontend](request, facts)


def refused_by_tool(request: Request, facts: Facts) -> str:
    """`uv pip` alone honours EXTERNALLY-MANAGED, and none but poetry has another place to turn to."""
    chosen = request.destination.scheme in (Scheme.TARGET, Scheme.PREFIX)
    if (request.frontend == "uv" and request.command != UV_SYNC and facts.interpreter.externally_managed is not None
            and not in_venv(facts) and not chosen and request.break_system_packages is None):
        return "the Python is externally managed (PEP 668)"
    place = choose(request, facts)
    known = [site.writable for site in facts.sites if site.path in (place.purelib, place.platlib)]
    closed = request.uid != 0 and (place.is_the_systems or not all(known))
    return f"{place.purelib} is not writable" if closed else ""


def _uv(request: Request, facts: Facts) -> Target:
    """The interpreter's default scheme; `--prefix` is laid out as a virtual environment. Never the user site."""
    wanted = request.destination
    if wanted.scheme is Scheme.TARGET:
        return Target(wanted.path, wanted.path, posixpath.join(wanted.path, "bin"), "target", reason=wanted.asked_by)
    if wanted.scheme is Scheme.PREFIX:
        return replace(plain_scheme(facts, wanted.path, "prefix"), reason=wanted.asked_by)
    own = _interpreters_own(facts)
    if not facts.environment.get("VIRTUAL_ENV") and looks_virtual(facts):
        own = _usual(facts)    # nothing imports from the other place, and where uv knows the Python already it is this
    return replace(own, reason=wanted.asked_by or "the interpreter that uv finds")


def _conda(request: Request, facts: Facts) -> Target:
    found = plain_scheme(facts, facts.interpreter.prefix, "conda")
    return replace(found, reason=request.destination.asked_by or "the active environment")


def _poetry(request: Request, facts: Facts) -> Target:
    """The same, and where that cannot be written the same below the user's base: on Debian nobody imports from it."""
    own = replace(_sysconfigs_own(facts), reason=request.destination.asked_by)
    known = [site.writable for site in facts.sites if site.path in (own.purelib, own.platlib)]
    if in_venv(facts) or request.uid == 0 or (all(known) if known else facts.interpreter.writable):
        return own
    base = facts.environment.get("PYTHONUSERBASE") or posixpath.join(facts.environment.home or "/", ".local")
    prefix = own.scripts.removesuffix("/bin")
    moved = {name: base + getattr(own, name).removeprefix(prefix) for name in ("purelib", "platlib", "scripts")}
    scheme = "user_site" if moved["purelib"] == user_scheme(request, facts).purelib else "user_base"
    return replace(own, scheme=scheme, reason="the interpreter's own place is not writable", **moved)


def _pdm(request: Request, facts: Facts) -> Target:
    found = user_scheme(request, facts) if request.destination.user else _sysconfigs_own(facts)
    return replace(found, reason=request.destination.asked_by)


def _pipx(request: Request, facts: Facts) -> Target:
    name = next((wanted.name for wanted in request.wanted if wanted.name), "NAME")
    site = f"{request.destination.path}/venvs/{name}/lib/{library_name(facts)}/site-packages"
    return Target(site, site, request.destination.scripts, "private", reason=request.destination.asked_by)


def _distutils(request: Request, facts: Facts) -> Target:
    """setup.py and easy_install: the same schemes without pip's turn to the user site."""
    wanted = request.destination
    if wanted.scheme is Scheme.TARGET:
        scripts = wanted.path if request.frontend == "easy_install" else posixpath.join(wanted.path, "bin")
        return Target(wanted.path, wanted.path, scripts, "target", reason=wanted.asked_by)
    if wanted.scheme is Scheme.PREFIX:
        if request.frontend == "easy_install" or request.command in EGG_COMMANDS:
            return replace(plain_scheme(facts, wanted.path, "prefix"), reason=wanted.asked_by)
        return replace(_distutils_prefix(normalize(wanted.path), facts), scheme="prefix", reason=wanted.asked_by)
    found = user_scheme(request, facts) if wanted.user else _interpreters_own(facts)
    return replace(found, reason=wanted.asked_by or "the interpreter's own place")


def _distutils_prefix(path: str, facts: Facts) -> Target:
    """`setup.py install --prefix`: Debian takes /usr/local for the place without the option, Python 3.10 also /usr."""
    old = _has_old_distutils(facts)
    if not is_debian(facts) or in_venv(facts) or (old and (path != "/usr/local" or looks_virtual(facts))):
        return plain_scheme(facts, path, "prefix")
    if path == "/usr/local":
        return local_scheme("/usr", library_name(facts))
    if facts.environment.get("DEB_PYTHON_INSTALL_LAYOUT") in DEB_LAYOUTS:
        return below(path, "lib/python3/dist-packages", "bin", "prefix")
    return local_scheme(path, library_name(facts))


def _sysconfigs_own(facts: Facts) -> Target:
    """What sysconfig says. Debian's knows nothing of /usr/local before Python 3.10: nothing imports from there then."""
    if _has_old_distutils(facts):
        return plain_scheme(facts, facts.interpreter.prefix, "posix_prefix")
    return _usual(facts)


def _interpreters_own(facts: Facts) -> Target:
    """The default scheme, by distutils before Python 3.10, which variables change on Debian, and by sysconfig since."""
    if _has_old_distutils(facts) and looks_virtual(facts):
        return plain_scheme(facts, facts.interpreter.prefix, "posix_prefix")
    return _usual(facts)


def _has_old_distutils(facts: Facts) -> bool:
    python = tuple(int(part) for part in facts.interpreter.minor.split(".") if part.isdigit())
    return is_debian(facts) and not in_venv(facts) and python < (3, 10)


def _usual(facts: Facts) -> Target:
    """Where no variable interferes."""
    if is_debian(facts) and not in_venv(facts):
        return local_scheme(facts.interpreter.prefix, library_name(facts))
    return plain_scheme(facts, facts.interpreter.prefix, "venv" if in_venv(facts) else "posix_prefix")


CHOOSERS: dict[str, Callable[[Request, Facts], Target]] = {
    "uv": _uv,
    "conda": _conda,
    "poetry": _poetry,
    "pdm": _pdm,
    "pipx": _pipx,
    "setup.py": _distutils,
    "easy_install": _distutils,
}
