"""A command line of nox becomes the sessions of noxfile.py that it runs."""

from __future__ import annotations

NOXFILE = "noxfile.py"
SESSIONS = frozenset(("-s", "--session", "--sessions", "-e"))


def read_sessions(argv: list[str]) -> tuple[str, ...]:
    """`nox -s lint tests-3.12 -- words`; nothing where all are meant that run by default."""
    found: list[str] = []
    listing = False
    for word in argv[1:argv.index("--")] if "--" in argv else argv[1:]:
        option, equals, value = word.partition("=")
        if option in SESSIONS:
            listing = True
            found += [value] if equals else []
        elif word.startswith("-"):
            listing = False
        elif listing:
            found.append(word)
    return tuple(found)
