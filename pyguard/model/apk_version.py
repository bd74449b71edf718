"""Two Alpine version strings in, their order out, as apk-package(5) describes them: `1.2.3b_rc1-r4`."""

from __future__ import annotations

from typing import Optional

from .late_pattern import late

_VERSION = late(r"(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?")
_SUFFIX = late(r"_([a-z]+)(\d*)")
_BEFORE = ("alpha", "beta", "pre", "rc")
_AFTER = ("cvs", "svn", "git", "hg", "p")
_Key = tuple[tuple[int, ...], str, tuple[tuple[int, int], ...], int]


def compare(a: str, b: str) -> int:
    """-1, 0 or 1. A revision counts only where both have one; text that is no version is compared as text."""
    left, right = _key(a), _key(b)
    if left is None or right is None:
        return (a > b) - (a < b)
    if left[3] < 0 or right[3] < 0:
        left, right = (*left[:3], 0), (*right[:3], 0)
    return (left > right) - (left < right)


def is_prefix(bound: str, version: str) -> bool:
    """`~`: the version begins with the bound's numbers (3.12.4 is ~3.12)."""
    left, right = _key(bound), _key(version)
    if left is None or right is None:
        return version.startswith(bound)
    return right[0][:len(left[0])] == left[0]


def _key(text: str) -> Optional[_Key]:
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    suffixes = tuple((_weight(name), int(number or 0)) for name, number in _SUFFIX.findall(match[3]))
    numbers = tuple(int(part) for part in match[1].split("."))
    return numbers, match[2], (*suffixes, (0, 0)), int(match[4]) if match[4] else -1


def _weight(name: str) -> int:
    """Before the plain version, or after it."""
    if name in _BEFORE:
        return _BEFORE.index(name) - len(_BEFORE)
    return _AFTER.index(name) + 1 if name in _AFTER else len(_AFTER) + 1
