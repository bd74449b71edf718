"""A Request and Facts -> the directories that very pip would write to, and why. Pure.

pip's order is `decide_user_install` in `commands/install.py` and `get_scheme` in `locations/`; which of
its two backends is asked depends on pip's and Python's release. Debian changes three things: its
sysconfig (3.10 and later) and its distutils (before) put things below `local/`, and its pip 20.3 and
older is `--user` for everybody but root.
"""

from __future__ import annotations

import posixpath

from ..model.facts import Facts, OwnerKind
from ..model.frozen import replace
from ..model.plan import Target
from ..model.request import Action, Request, Scheme
from .schemes import (
    DEB_LAYOUTS,
    SYSCONFIG,
    VENV_LIKE,
    asks_sysconfig,
    below,
    default_scheme,
    in_venv,
    is_closed_venv,
    is_debian,
    library_name,
    local_scheme,
    looks_virtual,
    pip_release,
    plain_scheme,
    user_scheme,
    user_site_enabled,
)

SILENT_USER = (20, 0)         # falls back to the user site by itself
CHECKS_MARKER = (23, 0)       # honours EXTERNALLY-MANAGED
REFUSES_NO_USER_SITE = (25, 3)
PLAIN_PREFIX = (26, 3)        # --prefix no longer gets Debian's local/
OFF_WORDS = ("0", "n", "no", "f", "false", "off")
OTHER_TOOLS = frozenset(("uv", "conda", "poetry", "pdm", "pipx", "setup.py", "easy_install"))    # the others call pip


def locate(request: Request, facts: Facts) -> Target:
    """Where the distributions would go; `reason` says what decided it."""
    if request.frontend in OTHER_TOOLS:
        from .tool_destination import choose

        place = choose(request, facts)
    else:
        place = _choose(request, facts)
    root = request.destination.root.rstrip("/")
    if root:
        place = replace(place, purelib=root + place.purelib, platlib=root + place.platlib,
                        scripts=root + place.scripts)
    ranks = [site.rank for site in facts.sites if site.path in (place.purelib, place.platlib)]
    return replace(place, on_path=bool(ranks), rank=min(ranks, default=None))


def refused_by_pip(request: Request, facts: Facts) -> str:
    """Why pip, or the tool itself, would stop before it writes anything, or an empty text."""
    wanted = request.destination
    if request.action is Action.NONE:
        return ""
    if request.frontend in OTHER_TOOLS:
        from .tool_destination import refused_by_tool

        return refused_by_tool(request, facts)
    if wanted.user and wanted.scheme in (Scheme.TARGET, Scheme.PREFIX):
        return f"pip does not combine --user and --{wanted.scheme.value}"
    if _is_externally_managed(request, facts):
        return "the Python is externally managed (PEP 668)"
    if wanted.user and request.action is Action.INSTALL:
        if is_closed_venv(facts):
            return "user site directories are not visible in this virtual environment"
        if not user_site_enabled(facts) and pip_release(facts, default=()) >= REFUSES_NO_USER_SITE:
            return "user site directories are disabled for this Python"
    return ""


def _is_externally_managed(request: Request, facts: Facts) -> bool:
    wanted = request.destination
    elsewhere = wanted.root or wanted.emptied or wanted.scheme in (Scheme.TARGET, Scheme.PREFIX)
    return (facts.interpreter.externally_managed is not None and pip_release(facts) >= CHECKS_MARKER
            and facts.interpreter.kind not in VENV_LIKE and request.break_system_packages is None
            and not (elsewhere and request.action is Action.INSTALL))


def _choose(request: Request, facts: Facts) -> Target:
    wanted = request.destination
    if wanted.scheme is Scheme.TARGET and wanted.path:
        return Target(wanted.path, wanted.path, posixpath.join(wanted.path, "bin"), "target",
                      reason=wanted.asked_by or "--target")
    if wanted.scheme is Scheme.PREFIX and wanted.path:
        return prefix_scheme(wanted.path, request, facts)
    user, reason = _decide_user(request, facts)
    if user:
        return replace(user_scheme(request, facts), reason=reason)
    return replace(default_scheme(facts), reason=reason)


def _decide_user(request: Request, facts: Facts) -> tuple[bool, str]:
    """pip's decide_user_install, for requests without a prefix or a target."""
    wanted = request.destination
    if _is_debians_old_pip(facts):
        system = next((one for one in request.settings if one.name == "no-user" and one.value not in OFF_WORDS), None)
        if system is not None:    # elsewhere `no-user = yes` means user, as the option is a negation
            return False, system.origin
    if wanted.user is not None:
        return wanted.user, wanted.asked_by or ("--user" if wanted.user else "--no-user")
    if request.uid != 0 and _is_debians_old_pip(facts) and not in_venv(facts):
        return True, "Debian's pip is --user for everybody but root"
    if not user_site_enabled(facts):
        return False, "user site directories are disabled"
    if pip_release(facts) < SILENT_USER:
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
    place = default_scheme(facts)
    known = [site.writable for site in facts.sites if site.path in (place.purelib, place.platlib)]
    return all(known) if known else facts.interpreter.writable


def prefix_scheme(path: str, request: Request, facts: Facts) -> Target:
    """`--prefix`: the interpreter's scheme with another base, which on Debian is a trap."""
    name = library_name(facts)
    found = plain_scheme(facts, path, "prefix")
    if is_debian(facts) and not in_venv(facts):
        if not asks_sysconfig(facts):
            if path == "/usr/local" and not looks_virtual(facts):    # taken for the default
                found = local_scheme("/usr", name)
        elif facts.environment.get("DEB_PYTHON_INSTALL_LAYOUT") in DEB_LAYOUTS:
            found = below(path, "lib/python3/dist-packages", "bin", "prefix")
        elif pip_release(facts) < PLAIN_PREFIX:
            found = local_scheme(path, name)
    return replace(found, scheme="prefix", reason=request.destination.asked_by or "--prefix")


def _is_debians_old_pip(facts: Facts) -> bool:
    """The build that is patched to be --user by default, up to Debian 11 and Ubuntu 20.04."""
    pip = facts.pip
    return (pip is not None and pip.owner is not None and pip.owner.kind is OwnerKind.OS and is_debian(facts)
            and pip_release(facts) < SYSCONFIG)
