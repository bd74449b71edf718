"""Start-up files of shells, sessions and services -> the variables they set, each with its file and line.

Nothing is run: what a script sets by another file, or by a program's answer, stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ..host import Host
from ..model.late_pattern import late
from ..model.paths import normalize
from .accounts import Account
from .assignment_forms import WATCHED, Found, read_setting, read_shell
from .expansion import BEFORE, Values, expand, known_before, values_in
from .shell_lines import Line, command_lines

LIMIT = 256 * 1024
EVERYBODY = ("/etc/environment", "/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/csh.cshrc",
             "/etc/csh.login", "/etc/zsh/zshenv", "/etc/zsh/zprofile", "/etc/zsh/zshrc", "/etc/zshenv",
             "/etc/zprofile", "/etc/zshrc", "/etc/fish/config.fish", "/etc/security/pam_env.conf",
             "/etc/systemd/system.conf", "/etc/default/locale")
DIRECTORIES = (("/etc/profile.d", (".sh", ".csh")), ("/etc/environment.d", (".conf",)),
               ("/etc/fish/conf.d", (".fish",)), ("/etc/systemd/system.conf.d", (".conf",)),
               ("/etc/systemd/system", (".service",)))
OWN = (".profile", ".bash_profile", ".bash_login", ".bashrc", ".zshenv", ".zprofile", ".zshrc", ".zlogin", ".cshrc",
       ".tcshrc", ".login", ".config/fish/config.fish", ".pam_environment", ".xprofile", ".xsessionrc")
OWN_DIRECTORIES = ((".config/environment.d", (".conf",)), (".config/fish/conf.d", (".fish",)))
HERE = "the environment of this command"    # where what no file sets comes from
MENTION = late("|".join((*WATCHED, "fish_add_path")))
HOME = late(r"^(?:~|\$HOME|\$\{HOME\})(?=/|$)")
CALL = late(r"(?:^|[;&|({!]|\b(?:then|do|else|and|or|if|eval)\s)\s*(?:\w+=[^\s;&|]*\s+)*"
            r"([^\s;&|(){}]+)(?=[\s;&|)]|$)(?!\s*\()")
NO_SHELL = late(r"/(?:environment|pam_env\.conf|locale|\.pam_environment)$|\.(?:conf|service)$")


class Assignment(NamedTuple):
    """`value` is as written, quotes and comments taken away; `user` is empty where it holds for everybody.

    It stands on the lines `line` to `last`; `alone`: nothing else is lost with them. `known`: what the file gives the
    variables in `value`. Not `understood`: it is set to something that cannot be told, and `value` is empty.
    """

    variable: str
    value: str
    path: str
    line: int
    user: str = ""
    last: int = 0
    alone: bool = True
    known: tuple[tuple[str, str], ...] = ()
    understood: bool = True

    @property
    def where(self) -> str:
        """`/etc/profile.d/x.sh:3`."""
        return f"{self.path}:{self.line}"

    def entries(self, home: str, in_front: bool = False) -> tuple[str, ...]:
        """The absolute directories of a path-like value; what is not known is left out.

        `in_front`: only those before what the variable was.
        """
        found = []
        for text in expand(self.value, self.known, self.variable):
            text = text.split(BEFORE)[0] if in_front else text.replace(BEFORE, "")
            for part in re.split(r"[:\s]" if self.path.endswith(".fish") else ":", text):
                part = HOME.sub(lambda match: home, part)
                if part.startswith("/") and "$" not in part:
                    found.append(normalize(part))
        return tuple(dict.fromkeys(found))


def read_everybodys(host: Host) -> tuple[Assignment, ...]:
    """What is set for every user, in the order of the files."""
    return tuple(found for path in _files(host, EVERYBODY, DIRECTORIES) for found in read_assignments(host, path))


def read_own(host: Host, account: Account) -> tuple[Assignment, ...]:
    """What one user's own files set. To be called as that user: the files may be links to anywhere."""
    files = tuple(f"{account.home}/{name}" for name in OWN)
    directories = tuple((f"{account.home}/{name}", ends) for name, ends in OWN_DIRECTORIES)
    return tuple(found for path in _files(host, files, directories)
                 for found in read_assignments(host, path, account.name))


def read_assignments(host: Host, path: str, user: str = "") -> Iterator[Assignment]:
    """Every watched variable that a line of the file sets for good; nothing of a file that cannot be read."""
    lines = start_up_lines(host, path)
    read: Callable[[str], tuple[Found, ...]] = read_setting if NO_SHELL.search(path) else read_shell
    if not any(MENTION.search(line) for line in lines):
        return
    text = _Text(lines, tuple(_whole_lines(lines) if NO_SHELL.search(path) else command_lines(lines)))
    for line in text.joined:
        for found in read(line.text) if MENTION.search(line.text) else ():
            if text.is_carried_out(found.function or line.function):
                known = known_before(found.value, line.last, text.values, found.variable) if "$" in found.value else ()
                yield Assignment(found.variable, found.value, path, line.first, user, line.last,
                                 found.alone and line.sure, known, found.understood)


class _Text:
    """A file as it is and in commands, and what is looked up in it only when something asks."""

    def __init__(self, lines: Sequence[str], joined: Sequence[Line]) -> None:
        self.lines = lines
        self.joined = joined

    @cached_property
    def values(self) -> Values:
        """What it sets variables to."""
        return values_in(self.lines)

    @cached_property
    def calls(self) -> Mapping[str, set[str]]:
        """What is called, and in which functions; outside of them it is the empty name."""
        found: dict[str, set[str]] = {}
        for line in self.joined:
            for match in CALL.finditer(line.text):
                found.setdefault(match[1], set()).add(line.function)
        return found

    def is_carried_out(self, function: str) -> bool:
        """The body of a function that is called somewhere outside of itself, and what stands in none."""
        return not function or bool(self.calls.get(function, set()) - {function})


def _whole_lines(lines: Sequence[str]) -> Iterator[Line]:
    """Each by itself; where a backslash ties it to another it cannot be taken away alone."""
    for number, line in enumerate(lines, 1):
        tied = line.endswith("\\") or (number > 1 and lines[number - 2].endswith("\\"))
        yield Line(number, number, line, not tied)


def start_up_lines(host: Host, path: str) -> list[str]:
    """The lines of a start-up file; none where there is none, or where it is no file."""
    try:
        return host.read_text(path, LIMIT).split("\n")
    except OSError:
        return []


def _files(host: Host, files: tuple[str, ...], directories: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    yield from files
    for directory, ends in directories:
        try:
            names = host.list(directory)
        except OSError:
            continue    # most of these are not there
        yield from (f"{directory}/{name}" for name in names if name.endswith(ends))
