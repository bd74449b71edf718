"""A host and homes -> everything that names environments, read once; then, for a prefix, what still needs it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..host import Host
from ..model.storage import Reference
from .accounts import Account
from .defaults import read_shebang
from .markers import SMALL

STARTUP_FILES = (".bashrc", ".bash_profile", ".profile", ".zshrc", ".zprofile", ".config/fish/config.fish")
IDE_FILES = (".config/Code/User/settings.json", ".config/VSCodium/User/settings.json")
SEARCHED = (".vscode/settings.json", ".idea/misc.xml")
KERNELS = ("/usr/local/share/jupyter/kernels", "/usr/share/jupyter/kernels")
UNITS = ("/etc/systemd/system",)
CRONTABS = ("/etc/cron.d", "/etc/cron.daily", "/etc/cron.hourly", "/etc/cron.weekly", "/etc/cron.monthly",
            "/var/spool/cron/crontabs", "/var/spool/cron")
COMMANDS = ("/usr/local/bin", "/usr/local/sbin")
PATHS = re.compile(r"/[^\s\"'`;,:=()<>|&\0]+")


class Mention(NamedTuple):
    """A place that names paths: what it is, where, and the paths."""

    kind: str
    where: str
    paths: tuple[str, ...]


def find_mentions(host: Host, accounts: Sequence[Account], search: Sequence[str] = ()) -> tuple[Mention, ...]:
    """All that is readable; what is not readable to the asking user names nothing."""
    return (*_processes(host), *_system(host),
            *(mention for account in accounts for mention in _of_home(host, account.home)),
            *(mention for directory in search for name in SEARCHED
              for mention in _file(host, "IDE setting", f"{directory}/{name}")))


def references_to(prefix: str, mentions: Sequence[Mention], others: Collection[str] = ()) -> tuple[Reference, ...]:
    """Who names something in that prefix. The environment itself does not count, nor do others that lie inside it."""
    inside = tuple(f"{other}/" for other in others if other.startswith(prefix + "/"))
    return tuple(Reference(mention.kind, mention.where) for mention in mentions
                 if not mention.where.startswith(prefix + "/")
                 and any(f"{path}/".startswith(prefix + "/") and not f"{path}/".startswith(inside)
                         for path in mention.paths))


def _processes(host: Host) -> Iterator[Mention]:
    """/proc/PID/exe is the base's python for a venv: its command line and its VIRTUAL_ENV say more (proc(5))."""
    for name in _listed(host, "/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            words = host.read_text(f"/proc/{name}/cmdline", SMALL).split("\0")
            paths = [host.readlink(f"/proc/{name}/exe")]
        except OSError:
            continue    # it ended, or is another user's
        paths.extend(word for word in words if word.startswith("/"))
        paths.extend(_activated(host, name))
        yield Mention("process", f"{name} ({os.path.basename(words[0]) or '?'})", tuple(paths))


def _activated(host: Host, process: str) -> list[str]:
    """The environments that were active where a process was started."""
    try:
        variables = host.read_text(f"/proc/{process}/environ", SMALL).split("\0")
    except OSError:
        return []    # another user's
    return [value for name, _, value in (variable.partition("=") for variable in variables)
            if name in ("VIRTUAL_ENV", "CONDA_PREFIX")]


def _system(host: Host) -> Iterator[Mention]:
    yield from _file(host, "crontab", "/etc/crontab")
    for directory in CRONTABS:
        yield from _files(host, "crontab", directory)
    for directory in UNITS:
        yield from _files(host, "unit", directory)
    for directory in KERNELS:
        yield from _kernels(host, directory)
    for directory in COMMANDS:
        yield from _commands(host, directory)


def _of_home(host: Host, home: str) -> Iterator[Mention]:
    yield from _kernels(host, f"{home}/.local/share/jupyter/kernels")
    yield from _files(host, "unit", f"{home}/.config/systemd/user")
    for name in ("bin", ".local/bin"):
        yield from _commands(host, f"{home}/{name}")
    for name in STARTUP_FILES:
        yield from _file(host, "shell start-up file", f"{home}/{name}")
    for name in IDE_FILES:
        yield from _file(host, "IDE setting", f"{home}/{name}")
    for name in _listed(host, f"{home}/.config/JetBrains"):
        yield from _file(host, "IDE setting", f"{home}/.config/JetBrains/{name}/options/jdk.table.xml")


def _kernels(host: Host, directory: str) -> Iterator[Mention]:
    for name in _listed(host, directory):
        yield from _file(host, "kernel", f"{directory}/{name}/kernel.json")


def _files(host: Host, kind: str, directory: str) -> Iterator[Mention]:
    for name in _listed(host, directory):
        yield from _file(host, kind, f"{directory}/{name}")


def _file(host: Host, kind: str, path: str) -> Iterator[Mention]:
    try:
        text = host.read_text(path, SMALL)
    except OSError:
        return    # not there, a directory, or not ours to read
    paths = tuple(dict.fromkeys(PATHS.findall(text)))
    if paths:
        yield Mention(kind, path, paths)


def _commands(host: Host, directory: str) -> Iterator[Mention]:
    """A link into an environment (pipx makes those), or a script whose first line names its Python."""
    for name in _listed(host, directory):
        path = f"{directory}/{name}"
        try:
            if host.is_link(path):
                yield Mention("command", path, (os.path.join(directory, host.readlink(path)),))
                continue
        except OSError:
            continue    # it vanished
        words = read_shebang(host, path).split()
        if words:
            yield Mention("command", path, (words[0],))


def _listed(host: Host, directory: str) -> tuple[str, ...]:
    try:
        return host.list(directory)
    except OSError:
        return ()    # most of these places are not on this machine
