"""Requirements files: each line as the install that a command of this repository makes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Reading
from ..source_text import SourceText
from .callers import find_installs
from .repository import FileText, Repository

KIND = "requirements"
NAME = late(r"(^|/)(requirements?|reqs|constraints?)([\w.-]*|/[\w.-]+)\.(txt|in|pip)$|"
            r"require(ments?)?\.(txt|in|pip)$", re.I)
LINE = late(r"\s*([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*([=<>!~].*?)?\s*(;.*)?(\s#.*|\s--hash.*|\s*\\)?$")
CHAIN = late(r"\s*(?:-r|--requirement)[ =]?\s*(\S+)")
MAX_CHAIN = 8
MAX_INSTALLS = 5      # commands that install from one file
MAX_LINES = 2000


def claims(path: str, head: str) -> bool:
    """By name; a file of another format under such a name has no lines of that form."""
    return NAME.search(path) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """Nothing where nothing here installs from the file: a list of names does no harm by itself."""
    found: list[FoundCommand] = []
    for command in _installing(file.path, repository)[:MAX_INSTALLS]:
        place = f"{command.location.path} installs from it, line {command.location.line}"
        for number, line in enumerate(file.text.split("\n")[:MAX_LINES], 1):
            match = LINE.match(line)
            if match is None or line.lstrip().startswith(("#", "-")):
                continue
            wanted = match.group(1) + (match.group(3) or "").replace(" ", "")
            argv = (*_without_files(command.argv), wanted)
            found.append(command._replace(argv=argv, named_in=place,
                                 location=SourceText(line, file.path, number).locate(match.start(1), match.end(1))))
    return Reading(tuple(found))


def _without_files(argv: tuple[str, ...]) -> Iterator[str]:
    """The command up to `install`, and its options without those that name files."""
    skip = False
    after = False
    for word in argv:
        if skip:
            skip = False
        elif word in ("-r", "--requirement", "-c", "--constraint", "-e", "--editable"):
            skip = True
        elif not after or (word.startswith("-") and not word.startswith(("-r", "--requirement", "-c", "--constraint"))):
            yield word
        after = after or word == "install"


def _installing(path: str, repository: Repository) -> list[FoundCommand]:
    """The commands whose `-r`, or the chain of `-r` lines that it begins, leads to the file."""
    return [command for command in find_installs(repository)
            if any(path in _chain(first, repository) for _, first in command.files)]


def _chain(path: str, repository: Repository) -> set[str]:
    first = repository.first([path])
    waiting = [first] if first is not None else []
    seen: set[str] = set()
    while waiting and len(seen) <= MAX_CHAIN:
        file = waiting.pop()
        if file.path in seen:
            continue
        seen.add(file.path)
        for match in CHAIN.finditer(file.text):
            named = repository.first([os.path.join(os.path.dirname(file.path), match.group(1))])
            if named is not None:
                waiting.append(named)
    return seen
