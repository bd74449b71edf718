"""Do versions of distributions satisfy what OS packages and installed metadata ask for? Pure.

An OS package's version is upstream's plus an epoch, repacking suffixes and a revision
(deb-version(7)): `1:2.28.1+dfsg-1` is requests 2.28.1. A bound is compared with upstream's part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Optional

from .facts import Bound
from .late_pattern import late
from .names import canonicalize_name
from .os_version import PYTHON, satisfies
from .plain import plain_admits, read_plain, split_requires

if TYPE_CHECKING:    # imported where they are needed: a refusal seldom does
    from packaging.requirements import Requirement
    from packaging.specifiers import Specifier, SpecifierSet
    from packaging.version import Version

REPACK = late(r"[+~.]?(dfsg|ds|repack|debian|really)[0-9.]*$")
LOWER = frozenset({">=", ">", "==", "===", "~="})
UPPER = frozenset({"<=", "<", "==", "==="})


def parse_version(text: str) -> Optional[Version]:
    """The version, or None for text that is no PEP 440 version."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None


def parse_requirement(text: str) -> Optional[Requirement]:
    """The requirement, or None for text that is no PEP 508 requirement."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def parse_specifier(text: str) -> Optional[SpecifierSet]:
    """The specifier set, or None for text that is none."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def admits(specifiers: str, version: str) -> Optional[bool]:
    """Whether a specifier set admits a version, pre-releases too; None where one of them cannot be read."""
    plain = plain_admits(specifiers, version)
    if plain is not None:
        return plain
    parsed, candidate = parse_specifier(specifiers), parse_version(version)
    return None if parsed is None or candidate is None else parsed.contains(candidate, prereleases=True)


def is_specifier(text: str) -> bool:
    """Whether it is a set of PEP 440 specifiers; the empty set is one."""
    return not text or read_plain(f"x{text}") is not None or parse_specifier(text) is not None


def upstream_part(version: str) -> str:
    """Upstream's part of an OS package's version: `1:2.28.1+dfsg-1` gives `2.28.1`."""
    without_epoch = version.split(":", 1)[-1]
    without_revision = without_epoch.rsplit("-", 1)[0]
    return REPACK.sub("", without_revision)


def epoch_of(version: str) -> str:
    """The epoch with its colon, or an empty string."""
    return version.split(":", 1)[0] + ":" if ":" in version else ""


def as_os_version(version: str) -> str:
    """A PEP 440 version as OS packages write it: pre-releases sort first by `~`, no local part."""
    parsed = parse_version(version)
    if parsed is None:
        return version
    text = _trimmed(".".join(str(number) for number in parsed.release))
    if parsed.pre is not None:
        text += "~" + "".join(str(part) for part in parsed.pre)
    if parsed.post is not None:
        text += f".post{parsed.post}"
    if parsed.dev is not None:
        text += f"~dev{parsed.dev}"
    return text


def os_bound_holds(bound: Bound, version: str) -> bool:
    """Whether an OS package of that version satisfies the bound."""
    present = upstream_part(version) if bound.scheme == PYTHON else version
    return satisfies(bound.scheme, present, bound.relation, bound.version)


def bound_holds(bound: Bound, version: str, installed: str) -> bool:
    """Whether a distribution of that version would satisfy a bound on the OS package that owns its name.

    `installed` is the OS package's present version: its epoch goes for the new version too.
    """
    if not bound.relation:
        return True
    if bound.scheme == PYTHON:
        return satisfies(PYTHON, version, bound.relation, bound.version)
    limit = epoch_of(bound.version) + _trimmed(upstream_part(bound.version))
    return satisfies(bound.scheme, epoch_of(installed) + as_os_version(version), bound.relation, limit)


def bound_must_break(bound: Bound, specifier: str, installed: str) -> bool:
    """Whether no version that the specifier admits could satisfy the bound."""
    parsed = parse_specifier(specifier) if specifier and bound.relation else None
    if parsed is None:
        return False
    return any(_excludes(bound, single, installed) for single in parsed)


def _excludes(bound: Bound, single: Specifier, installed: str) -> bool:
    version = single.version[:-2] if single.version.endswith(".*") else single.version
    if parse_version(version) is None:
        return False
    below = bound.relation in ("<<", "<", "<=", "=")
    above = bound.relation in (">>", ">", ">=", "=")
    if single.operator in LOWER and below:
        limit = _strictly(bound, "<<", "<=", single.operator == ">")
    elif single.operator in UPPER and above and not single.version.endswith(".*"):
        limit = _strictly(bound, ">>", ">=", single.operator == "<")
    else:
        return False
    return not bound_holds(limit, version, installed)


def _strictly(bound: Bound, strict: str, loose: str, exclusive: bool) -> Bound:
    """The bound that the specifier's own end must satisfy; an end that is excluded must be past the limit."""
    relation = strict if exclusive or bound.relation in (strict, strict[0]) else loose
    return Bound(bound.package, relation, bound.version, bound.scheme)


def specifier_holds(requirement: str, name: str, version: str) -> Optional[bool]:
    """Whether a Requires-Dist on `name` admits `version`; None where it speaks of something else.

    Requirements behind an extra are left out: nobody asked for the extra.
    """
    if not _mentions(requirement, name):
        return None
    if "extra" in requirement.partition(";")[2]:
        return None
    split = split_requires(requirement)
    plain = plain_admits(split[1], version) if split else None
    if plain is not None:
        return plain
    parsed = parse_requirement(requirement)
    if parsed is None or canonicalize_name(parsed.name) != name or "extra" in str(parsed.marker or ""):
        return None
    candidate = parse_version(version)
    return None if candidate is None else parsed.specifier.contains(candidate, prereleases=True)


def _mentions(requirement: str, name: str) -> bool:
    head = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return head is not None and canonicalize_name(head.group()) == name


def _trimmed(version: str) -> str:
    """Without trailing `.0`s: PEP 440 holds 42.0 and 42.0.0 to be equal, dpkg does not."""
    while version.endswith(".0"):
        version = version[:-2]
    return version
