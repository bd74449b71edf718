"""A change and an OS copy in, what this pip build does with that copy out, and why. Pure.

pip's own logic: `Factory.get_dist_to_uninstall`, `UninstallPathSet.from_dist` and `_handle_target_dir`
(20.3 to 26.3). Debian 11's and 12's pip calls everything of dpkg's "outside environment" and leaves it;
Fedora's, EL's and Amazon's installs leave what lies below the interpreter's own prefix, their uninstalls do not.
"""

from __future__ import annotations

from typing import NamedTuple

from ..model.facts import Distribution, Facts, OwnerKind
from ..model.plan import Basis, Change, Effectiveness, Plan
from ..model.request import Request, Scheme, SourceKind
from ..model.versions import admits, parse_version


class Outcome(NamedTuple):
    """The class, and one clause that says why."""

    effectiveness: Effectiveness
    because: str = ""


# These look for what is installed in the directory they write to, and nowhere else (uv 0.13, pdm 2.29).
OWN_DIRECTORY = frozenset({"uv", "pdm"})
REMOVABLE = {
    "egg-info": "its egg-info names its files",
    "egg": "it is an egg",
    "egg-link": "it is an egg-link",
}


def predict(facts: Facts, request: Request, plan: Plan, change: Change, present: Distribution) -> Outcome:
    """For an install or an uninstall of `change`, where `present` is the OS's copy it meets."""
    if request.frontend in OWN_DIRECTORY:
        return _own_directory(plan, change, present)
    if change.version is None:
        return _uninstall(facts, present)    # KEEPS: pip says so and goes on
    found = Outcome(Effectiveness.SHADOWS, "it is there already") if plan.basis is Basis.OBSERVED else _install(
        facts, request, plan, change, present)
    if found.effectiveness is Effectiveness.SHADOWS:
        namespace = _pinned_namespace(facts, change, present)
        if namespace:
            return Outcome(Effectiveness.PINNED, f"a -nspkg.pth file ties {namespace} to {present.site} until "
                           "sys.path changes, which it does not under -I and -P")
    return found


def may_remove(facts: Facts, request: Request, plan: Plan) -> bool:
    """Whether an uninstall could take what the operating system owns, whichever name it is given."""
    if request.frontend in OWN_DIRECTORY:
        places = (plan.target.purelib, plan.target.platlib)
        return any(site.owner is OwnerKind.OS and site.path in places for site in facts.sites)
    return facts.pip is None or not facts.pip.patched


def _own_directory(plan: Plan, change: Change, present: Distribution) -> Outcome:
    if present.site not in (plan.target.purelib, plan.target.platlib):
        if change.version is None:
            return Outcome(Effectiveness.KEEPS, "it looks only where it would write itself")
        return Outcome(Effectiveness.SHADOWS, "it looks only where it would write itself")
    return Outcome(Effectiveness.REPLACES, "it is in the directory that is written to")


def _install(facts: Facts, request: Request, plan: Plan, change: Change, present: Distribution) -> Outcome:
    into_same = present.site in (plan.target.purelib, plan.target.platlib)
    if request.destination.scheme is Scheme.TARGET:
        return _into_target(request) if into_same else Outcome(Effectiveness.SHADOWS, "--target looks at no other copy")
    if present.name != change.name or present.metadata == "none":
        return Outcome(Effectiveness.SHADOWS, "pip knows of no distribution of that name there")
    if request.ignore_installed:
        if into_same:
            return Outcome(Effectiveness.REPLACES, "it goes to the same directory")
        return Outcome(Effectiveness.SHADOWS, "--ignore-installed leaves what is there")
    if _is_satisfied(facts, request, change, present):
        return Outcome(Effectiveness.KEEPS, f"{present.version} satisfies the request")
    if plan.target.scheme == "user_site":
        return Outcome(Effectiveness.SHADOWS, "an install into the user site uninstalls nothing outside it")
    if _first_copy(facts, change.name) != present.site:
        return Outcome(Effectiveness.SHADOWS, "pip replaces the copy that comes first on the path, not this one")
    if facts.pip is not None and facts.pip.spares_prefix and _is_the_prefixs(facts, present):
        return Outcome(Effectiveness.SHADOWS, "the distribution's pip replaces nothing below its own prefix")
    found = _uninstall(facts, present)
    return Outcome(Effectiveness.SHADOWS, found.because) if found.effectiveness is Effectiveness.KEEPS else found


def _is_the_prefixs(facts: Facts, present: Distribution) -> bool:
    return any(site.path == present.site and site.scheme == "posix_prefix" for site in facts.sites)


def _uninstall(facts: Facts, present: Distribution) -> Outcome:
    if facts.pip is not None and facts.pip.patched:
        return Outcome(Effectiveness.KEEPS, "the distribution's pip leaves what its packages own")
    if present.metadata == "egg-info-file":
        return Outcome(Effectiveness.REFUSED, "pip does not uninstall what distutils installed")
    if present.metadata == "dist-info":
        if present.record:
            return Outcome(Effectiveness.REPLACES, "its RECORD names its files")
        return Outcome(Effectiveness.REFUSED, "it has no RECORD, and pip does not uninstall without one")
    if present.metadata in REMOVABLE:
        return Outcome(Effectiveness.REPLACES, REMOVABLE[present.metadata])
    return Outcome(Effectiveness.KEEPS, "pip knows of no distribution of that name there")


def _into_target(request: Request) -> Outcome:
    if request.upgrade:
        return Outcome(Effectiveness.REPLACES, "--target with --upgrade replaces what is there")
    return Outcome(Effectiveness.KEEPS, "--target without --upgrade leaves what is there")


def _is_satisfied(facts: Facts, request: Request, change: Change, present: Distribution) -> bool:
    """pip's "requirement already satisfied": only an index requirement without --upgrade can be."""
    if request.upgrade or request.force_reinstall or change.editable:
        return False
    wanted = [item for item in request.wanted if item.name == change.name]
    if any(item.source is not SourceKind.INDEX for item in wanted) or _first_copy(facts, change.name) != present.site:
        return False
    version = parse_version(present.version)
    if change.version:
        return version is not None and version == parse_version(change.version)
    return admits(change.specifier, present.version) is True


def _first_copy(facts: Facts, name: str) -> str:
    """The site directory of the copy that pip takes for the installed one."""
    ranks = {site.path: site.rank for site in facts.sites}
    sites = [item.site for item in facts.distributions if item.name == name and item.metadata != "none"]
    return min(sites, key=lambda site: ranks.get(site, len(ranks)), default="")


def _pinned_namespace(facts: Facts, change: Change, present: Distribution) -> str:
    """The namespace that all contested names lie in, where the OS's directory pins it.

    The pin is a `_NamespacePath`, computed again when sys.path is another than at start-up: a script's
    directory in front of it is enough (importlib/_bootstrap_external.py).
    """
    pins = next((site.pins for site in facts.sites if site.path == present.site), ())
    names = change.import_names or present.import_names
    for pin in pins:
        if names and all(name.startswith(pin + ".") for name in names):
            return pin
    return ""
