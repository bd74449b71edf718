"""Whether a path, a function or a role is for a Mac, by the words of its name: `setup-mac.sh`, `BootstrapMac`."""

from __future__ import annotations

from ..model.late_pattern import late

WORD = late(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SYSTEM = frozenset(("macos", "macosx", "osx", "darwin"))
SHORT = "mac"    # an address of a network card's, too, unless one of these is beside it
BESIDE = frozenset(("os", "install", "setup", "bootstrap", "build", "init", "deps", "for", "on"))


def words_of(name: str) -> list[str]:
    """In small letters, split at what is no letter and where capitals begin a word."""
    return [word.lower() for word in WORD.findall(name)]


def names_a_mac(name: str) -> bool:
    """Whatever else is named in it."""
    words = words_of(name)
    if not SYSTEM.isdisjoint(words) or words == [SHORT]:
        return True
    return any(SHORT in pair and not BESIDE.isdisjoint(pair) for pair in zip(words, words[1:]))
