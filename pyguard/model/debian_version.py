"""Two Debian version strings in, their order out, as deb-version(7) defines it."""

from __future__ import annotations

from .late_pattern import late

_PARTS = late(r"([^0-9]*)([0-9]*)")
_RELATIONS = {"<": "<=", ">": ">="}    # the forms of 1996, still read by dpkg: strictness is not meant


def compare(a: str, b: str) -> int:
    """-1, 0 or 1. A missing epoch is 0, a missing revision equals `0`."""
    left, right = split_version(a), split_version(b)
    if left[0] != right[0]:
        return -1 if left[0] < right[0] else 1
    return _compare_part(left[1], right[1]) or _compare_part(left[2], right[2])


def satisfies(version: str, relation: str, bound: str) -> bool:
    """Whether `version relation bound` holds; an empty relation always does. An unknown one is ValueError."""
    relation = _RELATIONS.get(relation, relation)
    if not relation:
        return True
    order = compare(version, bound)
    if relation == "<<":
        return order < 0
    if relation == "<=":
        return order <= 0
    if relation == "=":
        return order == 0
    if relation == ">=":
        return order >= 0
    if relation == ">>":
        return order > 0
    raise ValueError(f"not a dpkg relation: {relation!r}")


def split_version(version: str) -> tuple[int, str, str]:
    """Epoch (up to the first colon), upstream version, revision (from the last dash on)."""
    epoch, colon, rest = version.strip().partition(":")
    if not colon or not (epoch.isascii() and epoch.isdigit()):
        epoch, rest = "0", version.strip()
    upstream, dash, revision = rest.rpartition("-")
    return (int(epoch), upstream, revision) if dash else (int(epoch), rest, "")


def upstream_of(version: str) -> str:
    """The upstream version without epoch and revision: `1:2.31.0+dfsg-1` is `2.31.0+dfsg`."""
    return split_version(version)[1]


def _compare_part(a: str, b: str) -> int:
    left, right = _PARTS.findall(a), _PARTS.findall(b)
    for index in range(max(len(left), len(right))):
        text_a, digits_a = left[index] if index < len(left) else ("", "")
        text_b, digits_b = right[index] if index < len(right) else ("", "")
        key_a, key_b = _text_key(text_a), _text_key(text_b)
        if key_a != key_b:
            return -1 if key_a < key_b else 1
        number_a, number_b = int(digits_a or 0), int(digits_b or 0)
        if number_a != number_b:
            return -1 if number_a < number_b else 1
    return 0


def _text_key(text: str) -> list[int]:
    """Sorts as dpkg does: `~`, then the end of the string, then letters, then the rest."""
    return [_weight(char) for char in text] + [0]


def _weight(char: str) -> int:
    if char == "~":
        return -1
    return ord(char) if char.isascii() and char.isalpha() else ord(char) + 256
