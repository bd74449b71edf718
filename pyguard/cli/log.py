"""`pyguard log [--since WHEN] [--user USER] [--event EVENT] [--json]`: what was refused, warned about or overridden."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TextIO

from ..enforce.journal import journal_files, journal_path
from ..errors import PyguardError, UsageError
from ..host import Host
from ..render.words import command_line, printable
from .caller import find_home

USAGE = "usage: pyguard log [--since 2026-07-01[T12:00:00Z] | 90m | 12h | 7d] [--user USER] [--event EVENT] [--json]"
AGO = re.compile(r"(\d{1,6})([mhd])$")
SECONDS = {"m": 60, "h": 3600, "d": 86400}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d)?)?Z?)?$")


class Filter(NamedTuple):
    """What an entry must have; empty: anything. `since` is a beginning of an ISO time, in UTC."""

    since: str = ""
    user: str = ""
    event: str = ""

    def accepts(self, entry: Mapping[str, Any]) -> bool:
        """Times in one format compare as text. A user is who called sudo, or whose uid it was."""
        users = {str(entry.get("sudo_user", "")), str(entry.get("uid", "")), user_name(entry.get("uid"))}
        return (str(entry.get("time", "")) >= self.since and (not self.user or self.user in users)
                and (not self.event or self.event == entry.get("event")))


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """A line an entry; with --json the entries as they are kept. A damaged line is named, and the others are shown."""
    wanted, as_json = read_arguments(arguments, time.time())
    host, path = Host(), journal_path({**environ, "HOME": find_home(environ, uid)}, uid)

    def name_damaged(where: str) -> None:
        stderr.write(printable(f"pyguard: {where}: a damaged line, which is left out") + "\n")

    for file in journal_files(path) if path else ():
        for entry in read_journal(host, file, name_damaged):
            if wanted.accepts(entry):
                stdout.write(json.dumps(entry) + "\n" if as_json else printable(_line(entry)) + "\n")
    return 0


def read_arguments(arguments: Sequence[str], now: float) -> tuple[Filter, bool]:
    """The filter, and whether JSON is wanted. `now` in seconds since 1970."""
    given = {"--since": "", "--user": "", "--event": ""}
    as_json = False
    words = list(arguments)
    while words:
        name, equals, value = words.pop(0).partition("=")
        if name == "--json" and not equals:
            as_json = True
        elif name in given and (equals or words):
            given[name] = value if equals else words.pop(0)
        else:
            raise UsageError("bad-usage", f"pyguard log does not take {name!r} here", hint=USAGE)
    return Filter(_moment(given["--since"], now), given["--user"], given["--event"]), as_json


def _moment(text: str, now: float) -> str:
    ago = AGO.match(text)
    if ago:
        seconds = max(0.0, now - int(ago[1]) * SECONDS[ago[2]])
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    if text and not MOMENT.match(text):
        raise UsageError("bad-usage", f"{text!r} is neither a time nor how long ago", hint=USAGE)
    return text


def read_journal(host: Host, path: str, damaged: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """The entries of one file; one that is not there has none. `damaged` is told where a line is that is no entry."""
    if not path or not host.exists(path):
        return
    try:
        lines = host.read_text(path).split("\n")
    except OSError as error:
        raise PyguardError("no-journal", f"the journal cannot be read: {error}", path) from error
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line) if line else {}
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict):
            damaged(f"{path}:{number}")
        elif entry:
            yield entry


def user_name(uid: object) -> str:
    """The name to a number, empty where the machine knows none."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name if isinstance(uid, int) else ""
    except KeyError:
        return ""


def _line(entry: Mapping[str, Any]) -> str:
    who = entry.get("sudo_user") or user_name(entry.get("uid")) or entry.get("uid", "")
    reason = f" ({entry['reason']})" if entry.get("reason") else ""
    return f"{entry.get('time', '')} {entry.get('event', '')} {who} {command_line(entry.get('command', ()))}{reason}"
