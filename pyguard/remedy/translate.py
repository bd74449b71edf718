"""A request becomes what conda installs (MatchSpecs) and what is left to the pip inside the new environment. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..model.facts import Facts
from ..model.plain import read_plain
from ..model.request import Request, SourceKind, WantedDistribution
from ..model.versions import is_specifier, parse_specifier, parse_version
from .conda_extras import packages_of
from .conda_specs import conda_spec
from .target_python import applies, choose_python, needs_everything_from_pip

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet


class Translation(NamedTuple):
    """`specs`: MatchSpecs in the order they were asked for. `left`: what pip is to install afterwards.

    `notes`: what is not exactly what was asked for, or not known, a sentence each.
    """

    python: str
    specs: tuple[str, ...] = ()
    left: tuple[WantedDistribution, ...] = ()
    notes: tuple[str, ...] = ()


def translate(facts: Facts, request: Request) -> Translation:
    """Requirement by requirement; only names that are known to be the same project's go to conda."""
    python = choose_python(facts, request.wanted, _built_for(facts, request))
    wanted = [one for one in request.wanted if applies(one, facts, python)]
    if needs_everything_from_pip(request):
        return Translation(python, (), tuple(wanted))
    native: dict[str, list[str]] = {}
    left: list[WantedDistribution] = []
    notes: list[str] = []
    for one in wanted:
        packages = _packages(one, facts)
        if packages:
            native.setdefault(packages[0], []).append(_specifier(one, request))
            native.update({package: [] for package in packages[1:] if package not in native})
        if not packages or (one.extras and not packages_of(one.name, one.extras)):
            left.append(one)
    specs = [_spec(package, ",".join(filter(None, specifiers)), facts, notes)
             for package, specifiers in native.items()]
    notes += _word_on_names(left)
    return Translation(python, tuple(specs), tuple(left), tuple(notes))


def _packages(wanted: WantedDistribution, facts: Facts) -> tuple[str, ...]:
    """The conda packages for a requirement, the one its version speaks of first; none where pip has to do it."""
    if not wanted.name or wanted.source is not SourceKind.INDEX or wanted.editable:
        return ()
    if not is_specifier(wanted.specifier):
        return ()    # a version of old times that conda would read in its own way
    if wanted.extras:
        known = packages_of(wanted.name, wanted.extras)
        if known:
            return known
    package = dict(facts.conda.names).get(wanted.name, "")
    return (package,) if package else ()


def _specifier(wanted: WantedDistribution, request: Request) -> str:
    """The requirement's own specifier and the constraints on that name."""
    constraints = [one.specifier for one in request.constraints if one.name == wanted.name and not one.url]
    return ",".join(filter(None, (wanted.specifier, *constraints)))


def _spec(package: str, specifier: str, facts: Facts, notes: list[str]) -> str:
    known = [version for name, version, _ in facts.conda.builds if name == package]
    if not known and read_plain(package + specifier) is not None:
        return conda_spec(package, specifier)
    singles = tuple(parse_specifier(specifier) or ())
    for single in singles:
        parsed = parse_version(single.version)
        if parsed is not None and parsed.local:
            notes.append(f"conda-forge has no local versions such as {single.version}")
        elif parsed is not None and parsed.is_prerelease and single.operator in ("==", ">=", "~="):
            notes.append(f"{single.version} is a pre-release, and conda-forge keeps few of them")
    exact = parse_version(singles[0].version) if len(singles) == 1 and singles[0].operator == "==" else None
    if exact is not None and known and not any(parse_version(version) == exact for version in known):
        near = [version for version in known if _starts_with(version, str(exact))]
        if near:
            notes.append(f"the channel has no {package} {exact} itself; ={exact} takes any {exact}.x, here {near[-1]}")
            return f"{package}={exact}"
        notes.append(f"the channel does not have {package} {exact}")
    return conda_spec(package, specifier)


def _starts_with(version: str, beginning: str) -> bool:
    return version.startswith(beginning + ".")


def _word_on_names(left: list[WantedDistribution]) -> list[str]:
    names = [one.name for one in left if one.source is SourceKind.INDEX and not one.extras and not one.editable]
    if not names:
        return []
    return [f"unverified on conda-forge: {', '.join(names)}; pip installs what is unverified inside the environment"]


def _built_for(facts: Facts, request: Request) -> list[frozenset[str]]:
    """For each exact or bounded requirement with known builds, the Pythons that a fitting build is for."""
    found = []
    for one in request.wanted:
        package = dict(facts.conda.names).get(one.name, "")
        builds = [build for build in facts.conda.builds if build[0] == package and build[1]]
        specifier = parse_specifier(one.specifier) if builds else None
        fitting = {python for _, version, python in builds if specifier is None or _meets(version, specifier)}
        found.append(frozenset() if "" in fitting else frozenset(fitting))
    return found


def _meets(version: str, specifier: SpecifierSet) -> bool:
    parsed = parse_version(version)
    return parsed is not None and specifier.contains(parsed, prereleases=True)
