"""A command line as units, crontabs and hooks write it in, the Python programs that it starts out.

Shell text is read as far as it goes without running it: every word that names a Python, with what follows it,
and every file that is a script. A shell script is looked into once.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...host import Host
from .scripts import PYTHON, SHELLS, read_shebang

LARGEST = 1024 * 1024
SYSTEM_PYTHON = re.compile(r"(?:(?:/usr)?/bin/|/usr/libexec/)?(?:platform-)?python(?:3(?:\.\d+)?)?")
SEPARATORS = re.compile(r"(?:\|\||&&|[;|&()\n]|\$\(|`)")
OPTIONS_WITH_VALUE = ("-W", "-X")


class Started(NamedTuple):
    """One Python program. `script`: its file, `module`: what -m names, `code`: what -c says; one of the three."""

    interpreter: str
    flags: tuple[str, ...] = ()
    script: str = ""
    module: str = ""
    code: str = ""

    @property
    def on_the_systems(self) -> bool:
        """Whether the interpreter is the distribution's, as far as its name says."""
        return SYSTEM_PYTHON.fullmatch(self.interpreter) is not None


class Reader:
    """Remembers the files it has looked at, so that an index can tell when they have changed.

    `owners`: path -> OS package.
    """

    def __init__(self, host: Host, owners: Mapping[str, str]) -> None:
        self.host = host
        self.owners = owners
        self.seen: dict[str, None] = {}

    def list(self, path: str) -> tuple[str, ...]:
        """The names in a directory; none where there is none."""
        try:
            return self.host.list(path)
        except OSError:
            return ()

    def read(self, path: str) -> str:
        """A file's text; empty where it cannot be read or is too long to have been written by hand."""
        self.seen[path] = None
        try:
            data = self.host.read_bytes(path, LARGEST + 1)
        except OSError:
            return ""
        return data.decode("utf-8", "replace") if len(data) <= LARGEST else ""

    def started_by(self, command: str, depth: int = 1) -> Iterator[Started]:
        """The Python programs of a command line, those of a shell script it calls among them."""
        for words in _simple_commands(command):
            for place, word in enumerate(words):
                if PYTHON.fullmatch(word.rpartition("/")[2]):
                    yield from _after_python(word, words[place + 1:])
                    break
                if word.rpartition("/")[2] in SHELLS and "-c" in words[place + 1:]:
                    yield from self.started_by(" ".join(words[words.index("-c") + 1:]), depth)
                    break
                if word.startswith("/"):
                    yield from self._of_file(word, depth)

    def _of_file(self, path: str, depth: int) -> Iterator[Started]:
        shebang = read_shebang(self.host, path)
        if shebang is None:
            return
        self.seen[path] = None
        if shebang.is_python:
            yield Started(shebang.interpreter, shebang.flags, script=path)
        elif shebang.is_shell and depth > 0:
            yield from self.started_by(_without_comments(self.read(path)), depth - 1)


def _simple_commands(text: str) -> Iterator[list[str]]:
    for part in SEPARATORS.split(text):
        try:
            words = shlex.split(part)
        except ValueError:    # a quotation that a separator stands in
            words = part.replace('"', " ").replace("'", " ").split()
        if words:
            yield words


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))


def _after_python(interpreter: str, words: list[str]) -> Iterator[Started]:
    """`python3 -Es FILE`, `-m MODULE`, `-c CODE` (python(1))."""
    flags: list[str] = []
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            if word.startswith("/"):
                yield Started(interpreter, tuple(flags), script=word)
            return
        for letter in ("m", "c"):
            head, found, tail = word[1:].partition(letter)
            if found and not word.startswith("--"):
                value = tail or (words[0] if words else "")
                flags += ["-" + flag for flag in head]
                yield Started(interpreter, tuple(flags), module=value if letter == "m" else "",
                              code=value if letter == "c" else "")
                return
        if word in OPTIONS_WITH_VALUE:
            words[:1] = []
        elif not word.startswith("--"):
            flags += ["-" + flag for flag in word[1:]]
