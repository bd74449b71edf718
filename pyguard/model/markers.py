"""A PEP 508 marker and an environment in, whether the requirement applies out."""

from __future__ import annotations

from collections.abc import Mapping

NOBODY: frozenset[str] = frozenset()


def holds(marker: str, environment: Mapping[str, str]) -> bool:
    """One that cannot be evaluated counts as one that applies: the tool says itself what is wrong with it.

    Lock files have markers about extras and dependency groups (PEP 751); nothing here asks for any.
    """
    from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName

    try:
        return bool(Marker(marker).evaluate({**environment, "extra": "", "extras": NOBODY,
                                             "dependency_groups": NOBODY}))
    except (UndefinedComparison, UndefinedEnvironmentName, ValueError, TypeError, RecursionError):
        return True    # ValueError: no marker, or no version (InvalidMarker, InvalidVersion); TypeError: a set compared
