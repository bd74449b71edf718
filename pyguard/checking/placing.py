"""A command that puts files by hand becomes the directories of the distribution's Python that they go to.

cp, mv, ln, install, rsync, tar, unzip, curl, wget, COPY, ADD, and whatever writes a file by its path. Only full
paths count: `$DESTDIR/usr/lib/...`, `debian/tmp/usr/lib/...` are the roots of packages that are being built.
"""

from __future__ import annotations

import os
from typing import Optional

from ..intake.circumstances import FoundCommand
from ..model.late_pattern import late
from ..model.paths import absolute
from .profiles import Profile, ProfileKind, system_facts

SITE = late(r"(/usr/(?:local/)?lib(?:64)?/python[^/]*/(?:dist|site)-packages)(?:/|$)")
STANDARD = late(r"(/usr/lib(?:64)?/python\d\.\d+)/[\w.-]+\.(?:py|pth)$")    # every program starts with site.py's hooks
EXTRACTS = late(r"-?[a-zA-Z]*x[a-zA-Z]*$|--extract$|--get$")
LISTS = late(r"-[a-zA-Z]*[lptvZ]")
SHORT = late(r"-[a-zA-Z]{2,}$")
TARGET = ("-t", "--target-directory")
DIRECTORY = ("-C", "--directory")
OUTPUT = ("-o", "-O", "-P", "--output", "--output-document", "--directory-prefix", "--output-dir")
INSTRUCTIONS = frozenset(("COPY", "ADD"))
COPIERS = frozenset(("cp", "mv", "ln", "install", "rsync")) | INSTRUCTIONS
ARCHIVERS = frozenset(("tar", "bsdtar", "unzip"))


def placed(found: FoundCommand) -> Optional[str]:
    """The directory of a distribution's Python that the command puts something into, or None."""
    if not any("python" in word for word in (*found.argv, found.circumstances.cwd)) and found.written is None:
        return None    # most commands
    start = found.circumstances.cwd or ("/" if found.argv[0] in INSTRUCTIONS else ".")
    for target in _targets(found):
        path = absolute(target, start)
        match = SITE.match(path) or STANDARD.match(path)
        if match is not None and not path.endswith("EXTERNALLY-MANAGED"):
            return match.group(1)
    return None


def imports_from(profile: Profile, directory: str) -> bool:
    """Whether the distribution's Python of that host has the directory on its path.

    On a host that is not known the name tells: no other Python has its modules in `dist-packages` or below /usr/lib.
    """
    is_local = directory.startswith("/usr/local/")
    if profile.kind is ProfileKind.PRIVATE:
        return False
    if profile.kind is not ProfileKind.SYSTEM:
        return not is_local or directory.endswith("dist-packages")
    if not directory.endswith("-packages"):
        return True
    sites = [site.path for site in system_facts(profile, True, ()).sites[1:]]
    if is_local and directory.endswith("site-packages"):
        return directory in sites    # of another version it is the Python's that was built there
    return any(os.path.basename(path) == os.path.basename(directory) for path in sites)


def _targets(found: FoundCommand) -> list[str]:
    """The paths that are written to, those of single files where they are known."""
    name, words = found.argv[0].rsplit("/", 1)[-1], list(found.argv[1:])
    if found.written is not None:
        return [] if name == "file" else [found.written.path]    # Ansible's file: a mode, a directory
    if name in COPIERS:
        return _copied(name, words)
    if name in ARCHIVERS:
        return _unpacked(name, words)
    if name in ("curl", "wget"):
        given = _values(words, OUTPUT) or ([""] if name == "wget" else [])
        return [value for value in given if value != "-"]
    return []


def _copied(name: str, words: list[str]) -> list[str]:
    if name == "install" and any(word.startswith("-") and not word.startswith("--") and "d" in word for word in words):
        return []
    operands = [word for word in words if not word.startswith("-")]
    target = next(iter(_values(words, TARGET)), "") if name != "rsync" and name not in INSTRUCTIONS else ""
    if not target and len(operands) < 2:
        return [""] if name == "ln" and operands else []
    target = target or operands.pop()
    if name == "mv" and any(os.path.dirname(each) == target.rstrip("/") or SITE.match(each) for each in operands):
        return []    # what it takes away is told
    return [target, *(f"{target.rstrip('/')}/{os.path.basename(each)}" for each in operands)]


def _unpacked(name: str, words: list[str]) -> list[str]:
    if name == "unzip":
        if any(LISTS.match(word) for word in words if not word.startswith("-d")):
            return []
        return _values(words, ("-d",)) or [""]
    if not any(EXTRACTS.match(word) for word in words[:1] + [word for word in words[1:] if word.startswith("-")]):
        return []
    return _values(words, DIRECTORY) or [""]


def _values(words: list[str], options: tuple[str, ...]) -> list[str]:
    """What is given for one of these options: beside it (`-qO FILE`, too), behind `=`, or right behind a short one."""
    found = [value for option, value in zip(words, words[1:])
             if option in options or (SHORT.match(option) and f"-{option[-1]}" in options)]
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in options:
            found.append(value)
        elif word[:2] in options and len(word) > 2 and word[2] == "/":
            found.append(word[2:])
    return found
