"""A host in, what cron and anacron start out: crontabs, drop-ins, the directories that run-parts walks, users' own.

crontab(5), anacrontab(5), run-parts(8). Other people's crontabs are root's to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .interface import Starter
from .started import Reader

TABLES = ("/etc/crontab", "/etc/anacrontab")
DROP_INS = "/etc/cron.d"
PERIODS = ("hourly", "daily", "weekly", "monthly", "yearly")
SPOOLS = ("/var/spool/cron/crontabs", "/var/spool/cron")    # Debian's; Fedora's and EL's
PLACES: tuple[str, ...] = (*TABLES, DROP_INS, *(f"/etc/cron.{period}" for period in PERIODS), *SPOOLS)
RUN_PARTS_NAME = re.compile(r"[A-Za-z0-9_.-]+")
LEFT_BEHIND = (".dpkg-old", ".dpkg-dist", ".dpkg-new", ".rpmsave", ".rpmnew", ".rpmorig", "~", ",v")
WHEN = re.compile(r"(?:@\w+|(?:\S+\s+){4}\S+)\s+")
ANACRON = re.compile(r"(?:@\w+|\d+)\s+\d+\s+\S+\s+")


def read_starters(reader: Reader) -> tuple[Starter, ...]:
    """One a table, and one a program that run-parts finds."""
    found = [_table(reader, path, path.rpartition("/")[2], system=True) for path in TABLES]
    found += [_table(reader, f"{DROP_INS}/{name}", f"cron.d/{name}", system=True)
              for name in _named(reader, DROP_INS)]
    for period in PERIODS:
        for name in _named(reader, f"/etc/cron.{period}"):
            path = f"/etc/cron.{period}/{name}"
            found.append(Starter(f"cron.{period}/{name}", path, path))
    for spool in SPOOLS:
        found += [_table(reader, f"{spool}/{user}", f"crontab of {user}", system=False)
                  for user in _named(reader, spool) if not reader.host.is_dir(f"{spool}/{user}")]
    return tuple(starter for starter in found if starter.command)


def _named(reader: Reader, directory: str) -> Iterator[str]:
    """What is run: not what a package manager left behind, nor hidden files."""
    return (name for name in reader.list(directory)
            if RUN_PARTS_NAME.fullmatch(name) and not name.startswith(".") and not name.endswith(LEFT_BEHIND))


def _table(reader: Reader, path: str, name: str, system: bool) -> Starter:
    """Its commands; a system's table has the user's name before each."""
    commands = []
    head = ANACRON if path.endswith("/anacrontab") else WHEN
    for line in reader.read(path).split("\n"):
        line = line.strip()
        match = head.match(line)
        if not line or line.startswith("#") or match is None:
            continue    # an assignment, or nothing
        command = line[match.end():]
        if system and head is WHEN:
            command = command.partition(" ")[2] or command.partition("\t")[2]
        commands.append(command.replace("\\%", "%"))
    return Starter(name, path, "\n".join(commands))
