"""Crontabs: the command of each line, as the user the line or the place names, on a distribution."""

from __future__ import annotations

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "crontab"
WHEN = r"(?:@\w+|(?:[\d*,/\-A-Za-z]+[ \t]+){4}[\d*,/\-A-Za-z]+)"
ENTRY = late(rf"^[ \t]*{WHEN}[ \t]+(?=\S)")
USER = late(r"([a-z_][\w-]*)[ \t]+(?=\S)")
VARIABLE = late(r"^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$")


def claims(path: str, head: str) -> bool:
    """crontab, *.cron, and what lies in cron.d."""
    name = path.rsplit("/", 1)[-1]
    return (name in ("crontab", "crontab.txt") or name.endswith((".cron", ".crontab")) or "/cron.d/" in f"/{path}") \
        and not head.startswith("#!")


def read(file: FileText, repository: Repository) -> Reading:
    """Every entry; in cron.d and /etc/crontab a user stands before the command."""
    shell = ShellRun()
    values: dict[str, str | None] = {}
    for number, line in enumerate(file.text.split("\n"), 1):
        variable = VARIABLE.match(line)
        entry = ENTRY.match(line)
        if variable and not entry:
            values[variable.group(1)] = variable.group(2).strip("\"'")
        elif entry and not line.lstrip().startswith("#"):
            start = entry.end()
            user = USER.match(line, start)
            named = user is not None and ("cron.d/" in file.path or file.path.endswith("/etc/crontab")
                                          or user.group(1) in ("root", "www-data", "nobody"))
            state = State(HostName(), User.UNKNOWN)
            state.manager = "cron runs it on a distribution, with a PATH of its own"
            state.export(values)
            if named and user is not None:
                state.user = User.ROOT if user.group(1) == "root" else User.ORDINARY
                start = user.end()
            shell.run_script(SourceText(line[start:].replace("\\%", "%"), file.path, number, start + 1), state)
    return Reading(tuple(shell.found))
