"""The commands of a pipeline -> the path of the EXTERNALLY-MANAGED file that they print for the next one."""

from __future__ import annotations

from typing import NamedTuple

MARKER = "EXTERNALLY-MANAGED"
LISTERS = frozenset(("find", "ls", "locate", "plocate", "mlocate", "echo", "printf", "fd"))
OF_PACKAGES = frozenset(("dpkg", "rpm", "apt-file", "dpkg-query"))    # list files that a filter chooses from
FILTERS = frozenset(("grep", "egrep", "head", "tail", "sort", "uniq", "tr", "xargs"))


class Printed(NamedTuple):
    """What goes down a pipe: whether it is a list of files, and the marker's path if that is in it."""

    is_list: bool = False
    path: str = ""


def printed_by(words: tuple[str, ...], before: Printed) -> Printed:
    """What a command prints that gets `before`: `find / -name EXTERNALLY-MANAGED`, `grep EXTERNALLY-MANAGED`."""
    words = words[1:] if words[:1] == ("sudo",) else words
    name = words[0].rsplit("/", 1)[-1] if words else ""
    if name in OF_PACKAGES:
        return Printed(True)
    if name not in LISTERS and not (name in FILTERS and before.is_list):
        return Printed()
    named = next((word for word in words[1:] if MARKER in word), "")
    if name in LISTERS:
        return Printed(True, _path(name, words, named))
    if {"-v", "-c", "-q"} & set(words):
        return Printed(True)
    return Printed(True, before.path or (MARKER if named else ""))


def _path(name: str, words: tuple[str, ...], named: str) -> str:
    if name != "find" or not named:
        return named
    if {"-delete", "-exec"} & set(words):
        return ""
    top = next((word for word in words[1:] if not word.startswith("-")), "")
    return f"{top.rstrip('/')}/{MARKER}" if top != named else named
