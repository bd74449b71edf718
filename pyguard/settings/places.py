"""Who asks becomes the policy files that count for them, and whether each may be believed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from enum import Enum

from ..errors import PyguardError
from ..host import Host
from ..model.frozen import dataclass

MACHINE = "/etc/pyguard/policy.toml"
DISABLED = "/etc/pyguard/disabled"
PROJECT = "pyproject.toml"
FOREIGN_WRITE = stat.S_IWGRP | stat.S_IWOTH
LARGEST = 1024 * 1024


class PolicyError(PyguardError):
    """A policy file that cannot be understood or not be believed."""


class Source(Enum):
    """Whose policy a file is."""

    MACHINE = "machine"
    USER = "user"
    PROJECT = "project"


@dataclass(frozen=True)
class Asker:
    """For whom the policy is read. Paths absolute or empty; `uid` effective."""

    uid: int
    cwd: str = ""
    config: str = ""       # the user's own policy file
    approvals: str = ""    # the directory with what the user approved


def find_files(host: Host, asker: Asker) -> tuple[tuple[Source, str], ...]:
    """Files that are there, in the order in which they are applied, be it as links that lead nowhere.

    The machine's counts as there where nobody can tell: what could not be looked at is an error of whoever reads it.
    """
    found = [(Source.MACHINE, MACHINE), (Source.USER, asker.config)]
    found = [(source, path) for source, path in found if path and _is_there(host, source, path)]
    project = _find_project(host, asker.cwd)
    return (*found, (Source.PROJECT, project)) if project else tuple(found)


def _is_there(host: Host, source: Source, path: str) -> bool:
    try:
        host.stat(path, follow=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return source is Source.MACHINE    # a home that one may not enter is somebody else's
    return True


def _find_project(host: Host, cwd: str) -> str:
    """The nearest pyproject.toml that speaks of pyguard; its text is looked at before tomllib is paid for."""
    for directory in _upwards(cwd):
        path = os.path.join(directory, PROJECT)
        try:
            if host.is_file(path) and b"pyguard" in host.read_bytes(path, LARGEST):
                return path
        except OSError:
            continue    # pip could not read it either
    return ""


def _upwards(directory: str) -> Iterator[str]:
    while directory.startswith("/"):
        yield directory
        if directory == "/":
            return
        directory = os.path.dirname(directory)


def why_not_read(host: Host, source: Source, path: str, uid: int) -> str:
    """Empty for a file that counts; a reason for one that is passed over.

    Raises PolicyError for a file that should count, and that somebody else could have written: the
    machine's by anybody but root, a user's by other users. A project's file is believed by its
    approval, and read by root only where it is root's own.
    """
    if source is Source.PROJECT and uid != 0:
        return ""
    owners = (0,) if source is Source.MACHINE or uid == 0 else (0, uid)
    wrong = _who_else_could_write(host, path, owners, whole_path=source is Source.MACHINE or uid == 0)
    if not wrong:
        return ""
    if uid == 0 and source is not Source.MACHINE:
        return f"root does not read it: {wrong}"
    raise PolicyError("policy-untrusted", f"this policy file is not believed: {wrong}", path,
                      f"chown root {path} && chmod go-w {path}" if source is Source.MACHINE else f"chmod go-w {path}")


def _who_else_could_write(host: Host, path: str, owners: tuple[int, ...], whole_path: bool) -> str:
    """A sentence, or nothing. `whole_path`: the directories above count too."""
    real = host.realpath(path)
    for place in [real, *(_upwards(os.path.dirname(real)) if whole_path else ())]:
        status = host.stat(place)
        if status.st_uid not in owners:
            return f"{place} belongs to user {status.st_uid}"
        if status.st_mode & FOREIGN_WRITE:
            return f"others may write to {place}"
    return ""


def is_disabled(host: Host) -> bool:
    """Whether root has switched pyguard off by /etc/pyguard/disabled; anybody else's file does not count."""
    try:
        return host.exists(DISABLED) and not _who_else_could_write(host, DISABLED, (0,), whole_path=True)
    except OSError:
        return False
