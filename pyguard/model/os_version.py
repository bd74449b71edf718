"""A version, a relation and a bound in, whether it holds out, by the rules of the database they come from."""

from __future__ import annotations

from collections.abc import Callable

from . import apk_version, debian_version, rpm_version

COMPARE: dict[str, Callable[[str, str], int]] = {
    "rpm": rpm_version.compare,
    "pacman": rpm_version.compare_pacman,
    "apk": apk_version.compare,
}
PYTHON = "python"    # a capability such as python3dist(x): upstream's own versions (PEP 440)


def satisfies(scheme: str, version: str, relation: str, bound: str) -> bool:
    """Whether `version relation bound` holds; an empty relation always does.

    An empty scheme is dpkg's. Versions that are none of PEP 440 speak against nothing. An unknown relation
    is a ValueError.
    """
    if not relation:
        return True
    if not scheme:
        return debian_version.satisfies(version, relation, bound)
    if scheme == PYTHON:
        from packaging.version import InvalidVersion, Version

        try:
            left, right = Version(version), Version(bound)
        except InvalidVersion:
            return True
        return _holds((left > right) - (left < right), relation)
    if scheme == "apk" and relation == "~":
        return apk_version.is_prefix(bound, version)
    return _holds(COMPARE[scheme](version, bound), relation)


def _holds(order: int, relation: str) -> bool:
    if relation in ("<", "<<"):
        return order < 0
    if relation == "<=":
        return order <= 0
    if relation == "=":
        return order == 0
    if relation == ">=":
        return order >= 0
    if relation in (">", ">>"):
        return order > 0
    raise ValueError(f"not a relation: {relation!r}")
