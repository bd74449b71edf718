"""Bytes -> words, and a share -> a bar."""

from __future__ import annotations

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
EIGHTHS = " ▏▎▍▌▋▊▉█"


def shown_size(size: int) -> str:
    """`0 B`, `17.2 MiB`: binary units (IEC 80000-13), three digits at least from KiB on."""
    value = float(size)
    for unit in UNITS:
        if value < 1024 or unit == UNITS[-1]:
            return f"{size} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("the last unit takes everything")


def bar(part: int, whole: int, width: int) -> str:
    """A bar of at most `width` columns, in eighths of a column."""
    eighths = 0 if whole <= 0 else round(8 * width * min(part, whole) / whole)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(width)
