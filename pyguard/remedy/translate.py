"""A request becomes what conda installs (MatchSpecs) and what is left to the pip inside the new environment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..model.facts import Facts
from ..model.plain import read_plain
from ..model.request import Request, SourceKind, WantedDistribution
from ..model.versions import admits, is_specifier, parse_specifier, parse_version
from .conda_specs import conda_spec
from .constraints import bounds, with_bounds
from .target_python import applies, choose_python

CONDA = "conda"    # the frontend
NETWORK = ("--proxy", "--cert", "--client-cert")


class Translation(NamedTuple):
    """`specs`: MatchSpecs in the order they were asked for. `left`: what pip is to install afterwards.

    `inside`: pip has something to do there, if only with a list that nobody but pip will read. `notes`: what is not
    exactly what was asked for, or not known, a sentence each.
    """

    python: str
    specs: tuple[str, ...] = ()
    left: tuple[WantedDistribution, ...] = ()
    notes: tuple[str, ...] = ()
    inside: bool = False


def translate(facts: Facts, request: Request) -> Translation:
    """Requirement by requirement; only names that are known to be the same project's go to conda.

    What was asked of conda already stays as it was written.
    """
    if request.frontend == CONDA:
        return Translation(choose_python(facts, ()), (*(one.text for one in request.wanted), *request.unread))
    python = choose_python(facts, request.wanted, _built_for(facts, request))
    wanted = [one for one in request.wanted if applies(one, facts, python)]
    known = bounds(facts, request, python)
    reasons = tuple(_only_for_pip(request)) + (() if known is not None else ("constraints on what comes along",))
    if known is None or reasons:
        note = f"conda has no words for {', '.join(reasons)}: pip installs everything inside the environment"
        return Translation(python, (), tuple(wanted), (note,), inside=True)
    native: dict[str, list[str]] = {}
    left: list[WantedDistribution] = []
    notes: list[str] = []
    for one in wanted:
        packages = _packages(one, facts)
        if packages:
            native.setdefault(packages[0], []).append(with_bounds(one, known))
            native.update({package: [] for package in packages[1:] if package not in native})
        if not packages or (one.extras and not _known_extras(one)):
            left.append(one)
    specs = [_spec(package, ",".join(filter(None, specifiers)), facts, notes)
             for package, specifiers in native.items()]
    notes += _word_on_names(left, facts)
    network = [word for word in request.pip_options if word in NETWORK]
    if specs and network:
        notes.append(f"{', '.join(network)} is for pip alone: conda has settings of its own for that")
    return Translation(python, tuple(specs), tuple(left), tuple(notes), bool(left))


def _only_for_pip(request: Request) -> Iterator[str]:
    """What a conda command cannot express: indexes, hashes, no dependencies, how something is built, unread lists."""
    options = [word for word in request.index_options if word.startswith("-")]
    yield from dict.fromkeys((*options, *request.pip_only))
    if request.no_deps:
        yield "--no-deps"
    if any(wanted.hashed for wanted in request.wanted):
        yield "hashes"


def _packages(wanted: WantedDistribution, facts: Facts) -> tuple[str, ...]:
    """The conda packages for a requirement, the one its version speaks of first; none where pip has to do it."""
    if not wanted.name or wanted.source is not SourceKind.INDEX or wanted.editable:
        return ()
    if not is_specifier(wanted.specifier):
        return ()    # a version of old times that conda would read in its own way
    known = _known_extras(wanted) if wanted.extras else ()
    if known:
        return known
    package = dict(facts.conda.names).get(wanted.name, "")
    return (package,) if package else ()


def _known_extras(wanted: WantedDistribution) -> tuple[str, ...]:
    from .conda_extras import packages_of

    return packages_of(wanted.name, wanted.extras)


def _spec(package: str, specifier: str, facts: Facts, notes: list[str]) -> str:
    if not _is_plain(specifier):
        notes += _word_on_versions(specifier)
    versions = [version for name, version, _ in facts.conda.builds if name == package]
    exact = specifier[2:] if specifier.startswith("==") and "," not in specifier and "*" not in specifier else ""
    if exact and versions and not any(admits(specifier, version) for version in versions):
        near = [version for version in versions if version.startswith(exact + ".")]
        if near:
            notes.append(f"the channel has no {package} {exact} itself; ={exact} takes any {exact}.x, here {near[-1]}")
            return f"{package}={exact}"
        notes.append(f"the channel does not have {package} {exact}")
    return conda_spec(package, specifier)


def _is_plain(specifier: str) -> bool:
    """One comparison with numbers at most: read without packaging."""
    return read_plain(f"x{specifier}") is not None


def _word_on_versions(specifier: str) -> list[str]:
    notes = []
    for single in parse_specifier(specifier) or ():
        parsed = parse_version(single.version)
        if parsed is not None and parsed.local:
            notes.append(f"conda-forge has no local versions such as {single.version}")
        elif parsed is not None and parsed.is_prerelease and single.operator in ("==", ">=", "~="):
            notes.append(f"{single.version} is a pre-release, and conda-forge keeps few of them")
    return notes


def _word_on_names(left: list[WantedDistribution], facts: Facts) -> list[str]:
    known = dict(facts.conda.names)
    names = dict.fromkeys(one.name for one in left
                          if one.source is SourceKind.INDEX and not one.editable and one.name not in known)
    if not names:
        return []
    return [f"unverified on conda-forge: {', '.join(names)}; pip installs what is unverified inside the environment"]


def _built_for(facts: Facts, request: Request) -> list[frozenset[str]]:
    """For each requirement with known builds, the Pythons that a fitting build is for; empty: for any."""
    found = []
    for one in request.wanted if facts.conda.builds else ():
        package = dict(facts.conda.names).get(one.name, "")
        builds = [build for build in facts.conda.builds if build[0] == package and build[1]]
        fitting = ({python for _, version, python in builds if admits(one.specifier, version)}
                   or {python for _, version, python in builds if version.startswith(f"{one.version}.")})
        found.append(frozenset() if "" in fitting else frozenset(fitting))
    return found
