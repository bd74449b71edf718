"""`pyguard log [--json]`: refusals and overrides on record, the oldest first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from ..enforce.journal import journal_path
from ..errors import PyguardError, UsageError
from ..host import Host
from ..render.words import command_line, printable


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """A line an entry; with --json the lines as they are kept."""
    if list(arguments) not in ([], ["--json"]):
        raise UsageError("bad-usage", f"pyguard log does not take {' '.join(arguments)!r}",
                         hint="usage: pyguard log [--json]")
    path = journal_path(environ, uid)
    for entry in read_journal(Host(), path):
        stdout.write(json.dumps(entry) + "\n" if arguments else printable(_line(entry)) + "\n")
    return 0


def read_journal(host: Host, path: str) -> Iterator[dict[str, Any]]:
    """The entries; a file that is not there has none, a line that is no entry is an error."""
    if not path or not host.exists(path):
        return
    try:
        lines = host.read_text(path).splitlines()
    except OSError as error:
        raise PyguardError("no-journal", f"the journal cannot be read: {error}", path) from error
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise PyguardError("bad-journal", f"the journal is damaged: {error}", f"{path}:{number}") from error
        yield entry


def _line(entry: Mapping[str, Any]) -> str:
    who = entry.get("sudo_user") or entry.get("uid", "")
    reason = f" ({entry['reason']})" if entry.get("reason") else ""
    return f"{entry.get('time', '')} {entry.get('event', '')} {who} {command_line(entry.get('command', ()))}{reason}"
