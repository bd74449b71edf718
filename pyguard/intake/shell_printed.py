"""The commands of a pipeline -> the path of the EXTERNALLY-MANAGED file that they print for the next one."""

from __future__ import annotations

MARKER = "EXTERNALLY-MANAGED"
LISTERS = frozenset(("find", "ls", "locate", "plocate", "mlocate", "echo", "printf", "fd"))
OF_PACKAGES = frozenset(("dpkg", "rpm", "apt-file", "dpkg-query"))    # list files that a filter chooses from
FILTERS = frozenset(("grep", "egrep", "head", "tail", "sort", "uniq", "tr", "xargs"))


def printed_by(commands: list[tuple[str, ...]]) -> str:
    """A path, or an empty string: `find / -name EXTERNALLY-MANAGED`, `dpkg -L python3 | grep EXTERNALLY`."""
    path = ""
    lists = False
    for words in commands:
        words = words[1:] if words[:1] == ("sudo",) else words
        name = words[0].rsplit("/", 1)[-1] if words else ""
        named = next((word for word in words[1:] if MARKER in word), "")
        if name in LISTERS:
            lists, path = True, _path(name, words, named)
        elif name in OF_PACKAGES:
            lists, path = True, ""
        elif name in FILTERS and lists:
            path = "" if {"-v", "-c", "-q"} & set(words) else path or (MARKER if named else "")
        else:
            lists, path = False, ""
    return path


def _path(name: str, words: tuple[str, ...], named: str) -> str:
    if name != "find" or not named:
        return named
    if {"-delete", "-exec"} & set(words):
        return ""
    top = next((word for word in words[1:] if not word.startswith("-")), "")
    return f"{top.rstrip('/')}/{MARKER}" if top != named else named
