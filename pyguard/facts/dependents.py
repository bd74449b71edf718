"""Who needs whom in, everything that stands on a few of them out."""

from __future__ import annotations

from collections.abc import Iterable


def standing_on(carriers: Iterable[str], needs: Iterable[tuple[str, str]]) -> set[str]:
    """All that reach a carrier over their needs, given as pairs (who, what); a carrier only where it needs another."""
    dependents: dict[str, list[str]] = {}
    for name, need in needs:
        dependents.setdefault(need, []).append(name)
    found: set[str] = set()
    waiting = list(carriers)
    while waiting:
        for name in dependents.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found
