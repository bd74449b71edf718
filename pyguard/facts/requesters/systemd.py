"""A host in, its systemd units out: the system's and everybody's user units, generated ones, and what timers start.

systemd.unit(5) for the places and the order in which they override one another, systemd.service(5) for Exec lines.
"""

from __future__ import annotations

import re

from .interface import Starter
from .started import Reader

SYSTEM = ("/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator", "/usr/local/lib/systemd/system",
          "/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/generator.late")
USER = ("/etc/systemd/user", "/run/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user")
EXEC = re.compile(r"^Exec(?:StartPre|StartPost|Start|Condition|StopPost|Stop|Reload)[ \t]*=[ \t]*(.*)$", re.MULTILINE)
PREFIXES = re.compile(r"^[@:+!|-]+\s*")


PLACES: tuple[str, ...] = (*SYSTEM, *USER)


def read_starters(reader: Reader) -> tuple[Starter, ...]:
    """One a service, by the file that counts; a masked unit starts nothing. An OS package's are among its commands."""
    found: dict[tuple[str, str], Starter] = {}
    for word, directories in (("unit", SYSTEM), ("user unit", USER)):
        for directory in directories:
            if directory.startswith("/lib/") and reader.host.is_link("/lib"):
                continue    # the same as /usr/lib
            for name in reader.list(directory):
                path = f"{directory}/{name}"
                if name.endswith(".service") and (word, name) not in found and path not in reader.owners:
                    lines = _commands(reader, path, name, directories)
                    found[word, name] = Starter(f"{word} {name}", path, "\n".join(lines))
    return tuple(starter for _, starter in sorted(found.items()) if starter.command)


def _commands(reader: Reader, path: str, name: str, directories: tuple[str, ...]) -> list[str]:
    """The Exec lines of a unit and its drop-ins; an empty one takes back those before it."""
    text = _text(reader, path)
    for directory in reversed(directories):
        for extra in reader.list(f"{directory}/{name}.d"):
            if extra.endswith(".conf"):
                text += "\n" + _text(reader, f"{directory}/{name}.d/{extra}")
    commands: list[str] = []
    for line in EXEC.findall(text):
        commands = [*commands, PREFIXES.sub("", line)] if line.strip() else []
    return commands


def _text(reader: Reader, path: str) -> str:
    """With its continued lines joined; only what may start Python is worth the regular expression."""
    return reader.read(path).replace("\\\n", " ")

