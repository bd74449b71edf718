"""Requirements and specifiers of the plainest kind (a name, numbers, six comparisons) read without packaging. Pure.

Most of what people type and most of what distributions require is plain, and importing packaging's parsers costs a
refusal a quarter of its time. Everything else gets None here and is read by packaging.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from .late_pattern import late

_NAME = r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
_ONE = r"(==|>=|<=|!=|<|>)\s*([0-9]{1,9}(?:\.[0-9]{1,9})*)"
_REQUIREMENT = late(rf"{_NAME}\s*(?:{_ONE})?")
_SINGLE = late(rf"\s*{_ONE}\s*")
_RELEASE = late(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")
_CANONICAL = late(r"(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*(?:(?:a|b|rc)[0-9]+)?(?:\.post[0-9]+)?(?:\.dev[0-9]+)?")
_REQUIRES = late(rf"{_NAME}\s*(\()?([^;()\[\]@]*)(\))?")


class PlainRequirement(NamedTuple):
    """A name and at most one comparison with a number."""

    name: str
    operator: str
    version: str


def read_plain(text: str) -> Optional[PlainRequirement]:
    """`six` and `six>=1.2`; None for what may be more than that."""
    found = _REQUIREMENT.fullmatch(text)
    return PlainRequirement(found[1], found[2] or "", found[3] or "") if found else None


def split_requires(text: str) -> Optional[tuple[str, str]]:
    """A Requires-Dist without extras and marker -> its name and its specifiers."""
    found = _REQUIRES.fullmatch(text.strip())
    if not found or bool(found[2]) is not bool(found[4]):
        return None
    return found[1], found[3]


def plain_admits(specifiers: str, version: str) -> Optional[bool]:
    """Whether a set of plain specifiers admits a plain version (PEP 440: releases alone are compared)."""
    candidate = _release(version)
    if candidate is None:
        return None
    for single in specifiers.split(",") if specifiers.strip() else ():
        found = _SINGLE.fullmatch(single)
        limit = _release(found[2]) if found else None
        if found is None or limit is None:
            return None
        if not _holds(candidate, found[1], limit):
            return False if _are_plain(specifiers) else None
    return True


def is_canonical_version(text: str) -> bool:
    """A public version as PEP 440 writes it, which pip's report gives; other spellings may be versions all the same."""
    return _CANONICAL.fullmatch(text) is not None


def _are_plain(specifiers: str) -> bool:
    return all(_SINGLE.fullmatch(single) for single in specifiers.split(","))


def _holds(candidate: tuple[int, ...], operator: str, limit: tuple[int, ...]) -> bool:
    order = (candidate > limit) - (candidate < limit)
    return {"==": order == 0, "!=": order != 0, "<": order < 0, ">": order > 0, "<=": order <= 0,
            ">=": order >= 0}[operator]


def _release(version: str) -> Optional[tuple[int, ...]]:
    """Its numbers without trailing zeros: 42.0 and 42.0.0 are one version."""
    if not _RELEASE.fullmatch(version):
        return None
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
