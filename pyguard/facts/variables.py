"""Start-up files of shells, sessions and services -> the variables they set, each with its file and line.

Nothing is run: an assignment that a script makes in any other way than by a plain line stays unknown. Formats:
bash(1), zsh(1), fish(1), csh(1), environment.d(5), pam_env.conf(5), systemd.exec(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..host import Host
from ..model.paths import normalize
from .accounts import Account

LIMIT = 256 * 1024
WATCHED = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "PIP_BREAK_SYSTEM_PACKAGES",
           "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONUSERBASE", "PYTHONSTARTUP")
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
_NAMES = "|".join(WATCHED)
PATTERNS = (
    re.compile(rf"^\s*(?:export\s+|declare\s+-\w*x\w*\s+|typeset\s+-\w*x\w*\s+)?({_NAMES})=(.*)$"),
    re.compile(rf"^\s*setenv\s+({_NAMES})\s+(.+)$"),
    re.compile(rf"^\s*set\s+-\w*x\w*\s+({_NAMES})\s+(.+)$"),
    re.compile(rf"^\s*({_NAMES})\s+(?:DEFAULT|OVERRIDE)=(.*)$"),
    re.compile(rf"^\s*(?:Default)?Environment=[\"']?({_NAMES})=(.*)$"),
    re.compile(r"^\s*fish_add_path\s+(?:-\w+\s+)*()(.+)$"),
)


class Assignment(NamedTuple):
    """`value` is as written, quotes and comments taken away; `user` is empty where it holds for everybody."""

    variable: str
    value: str
    path: str
    line: int
    user: str = ""

    @property
    def where(self) -> str:
        """`/etc/profile.d/x.sh:3`."""
        return f"{self.path}:{self.line}"

    def entries(self, home: str) -> tuple[str, ...]:
        """The absolute directories of a path-like value; what another variable stands for is left out."""
        parts = re.split(r"[:\s]" if self.path.endswith(".fish") else ":", self.value)
        found = []
        for part in parts:
            part = re.sub(r"^(~|\$HOME|\$\{HOME\})(?=/|$)", home, part)
            if part.startswith("/") and "$" not in part:
                found.append(normalize(part))
        return tuple(found)


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
    """Every watched variable that a line of the file sets; nothing of a file that cannot be read."""
    for number, line in enumerate(start_up_lines(host, path), 1):
        for pattern in PATTERNS:
            match = pattern.match(line)
            if match:
                yield Assignment(match[1] or "PATH", _unquote(match[2]), path, number, user)
                break


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


def _unquote(text: str) -> str:
    """`"/opt/lib:$X"; export X  # why` is /opt/lib:$X."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].split(text[0])[0]
    return re.split(r"[;#]|\s&&\s", text)[0].strip().strip("\"'")
