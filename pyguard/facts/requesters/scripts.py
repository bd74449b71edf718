"""Programs of OS packages in, those that are scripts out, with the interpreter and flags of their shebang."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, Optional

from ...host import Host
from ...model.facts import Owner, OwnerKind, Requester, RequesterKind

PROGRAMS = re.compile(r"/(?:usr/)?(?:s?bin|games|libexec)/.|/etc/(?:init\.d|cron\.\w+)/.")
PYTHON = re.compile(r"(?:python|platform-python|pypy)[0-9.]*")
SHELLS = frozenset({"sh", "dash", "bash"})
LONGEST = 512    # more than any kernel reads of a shebang line (256, BINPRM_BUF_SIZE)


class Shebang(NamedTuple):
    """`interpreter` is a path, or a bare name when env(1) looks it up on PATH."""

    interpreter: str
    flags: tuple[str, ...] = ()

    @property
    def is_python(self) -> bool:
        """True for any Python by its name, whatever its version."""
        return PYTHON.fullmatch(self.interpreter.rpartition("/")[2]) is not None

    @property
    def is_shell(self) -> bool:
        """True for a shell script, which may start Python further down."""
        return self.interpreter.rpartition("/")[2] in SHELLS


def parse_shebang(line: str) -> Optional[Shebang]:
    """The first line of a file; None when it is no shebang. `env -S` and `VAR=x` before a name are read."""
    words = line[2:].split() if line.startswith("#!") else []
    if not words:
        return None
    if words[0].rpartition("/")[2] != "env":
        return Shebang(words[0], _split_flags(words[1:]))
    rest = _skip_env_options(words[1:])
    return Shebang(rest[0], _split_flags(rest[1:])) if rest else None


def _skip_env_options(words: list[str]) -> list[str]:
    """env(1): `-S`, `-vS`, `--split-string=`, `-i`, `-u NAME`, then assignments."""
    while words:
        word = words[0]
        if word.startswith("--split-string="):
            return _skip_env_options([word.partition("=")[2], *words[1:]])
        attached = re.match(r"-[iv0]*S(.+)", word)
        if attached:
            return _skip_env_options([attached[1], *words[1:]])
        if word in ("-u", "--unset", "-C", "--chdir"):
            words = words[2:]
        elif word.startswith("-") or "=" in word:
            words = words[1:]
        else:
            break
    return words


def _split_flags(words: Iterable[str]) -> tuple[str, ...]:
    """`-Es` as -E and -s; the letters after W, X, c and m are their argument (python(1))."""
    flags: list[str] = []
    for word in words:
        if not word.startswith("-") or word.startswith("--"):
            continue
        for letter in word[1:]:
            if letter in "WXcm":
                break
            flags.append("-" + letter)
    return tuple(dict.fromkeys(flags))


def read_shebang(host: Host, path: str) -> Optional[Shebang]:
    """None for a program that is no script, or cannot be read (a dangling link, a mode without r)."""
    try:
        head = host.read_bytes(path, LONGEST)
    except OSError:
        return None
    if not head.startswith(b"#!"):
        return None
    return parse_shebang(head.split(b"\n", 1)[0].decode("utf-8", "surrogateescape"))


def make_script(path: str, shebang: Shebang, package: str, version: str) -> Requester:
    """A script as a requester of its own."""
    return Requester(path, RequesterKind.SCRIPT, Owner(OwnerKind.OS, package, version),
                     interpreter=shebang.interpreter, flags=shebang.flags)
