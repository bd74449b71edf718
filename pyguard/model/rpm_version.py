"""Two rpm version strings in, their order out, as rpmvercmp (rpm's rpmio/rpmvercmp.c) defines it; pacman's too."""

from __future__ import annotations

from .late_pattern import late

_SEGMENTS = late(r"[0-9]+|[A-Za-z]+|~|\^")
_PACMAN = late(r"[0-9]+|[A-Za-z]+")


def compare(a: str, b: str) -> int:
    """-1, 0 or 1 for `[epoch:]version[-release]`; a release counts only where both have one."""
    left, right = split_evr(a), split_evr(b)
    if left[0] != right[0]:
        return -1 if left[0] < right[0] else 1
    order = compare_part(left[1], right[1])
    if order or not left[2] or not right[2]:
        return order
    return compare_part(left[2], right[2])


def split_evr(text: str) -> tuple[int, str, str]:
    """Epoch (0 where there is none), version, release."""
    epoch, colon, rest = text.strip().partition(":")
    if not colon or not (epoch.isascii() and epoch.isdigit()):
        epoch, rest = "0", text.strip()
    version, _, release = rest.partition("-")
    return int(epoch), version, release


def compare_part(a: str, b: str) -> int:
    """Versions or releases: numbers and words by turns; `~` before the end, `^` just after it."""
    if a == b:
        return 0
    left, right = _SEGMENTS.findall(a), _SEGMENTS.findall(b)
    for one, other in zip([*left, ""], [*right, ""]):
        if one == other and one:
            continue
        if "~" in (one, other):
            return -1 if one == "~" else 1
        if "^" in (one, other):
            return _after_caret(one, other)
        if not one or not other:
            return 0 if one == other else (-1 if not one else 1)
        order = _compare_segment(one, other)
        if order:
            return order
    return (len(left) > len(right)) - (len(left) < len(right))


def _after_caret(one: str, other: str) -> int:
    """More than the end of the string, less than anything else."""
    if one == "^":
        return 1 if not other else -1
    return -1 if not one else 1


def _compare_segment(one: str, other: str) -> int:
    """A number is newer than a word."""
    if one.isdigit() != other.isdigit():
        return 1 if one.isdigit() else -1
    if one.isdigit():
        return (int(one) > int(other)) - (int(one) < int(other))
    return (one > other) - (one < other)


def compare_pacman(a: str, b: str) -> int:
    """As pacman's vercmp(8): like rpm's, but for a word that is left over at the end, which is older (1.0rc < 1.0)."""
    left, right = split_evr(a), split_evr(b)
    if left[0] != right[0]:
        return -1 if left[0] < right[0] else 1
    order = _pacman_part(left[1], right[1])
    if order or not left[2] or not right[2]:
        return order
    return _pacman_part(left[2], right[2])


def _pacman_part(a: str, b: str) -> int:
    left, right = _pacman_segments(a), _pacman_segments(b)
    for (gap_a, one), (gap_b, other) in zip(left, right):
        if gap_a != gap_b:
            return -1 if gap_a < gap_b else 1
        order = _compare_segment(one, other)
        if order:
            return order
    if len(left) == len(right):
        return 0
    gap, word = (left if len(left) > len(right) else right)[min(len(left), len(right))]
    longer_is_older = not gap and word.isalpha()
    return 1 if (len(left) > len(right)) != longer_is_older else -1


def _pacman_segments(text: str) -> list[tuple[int, str]]:
    """Each segment with the number of separators before it."""
    found, end = [], 0
    for match in _PACMAN.finditer(text):
        found.append((match.start() - end, match.group()))
        end = match.end()
    return found
