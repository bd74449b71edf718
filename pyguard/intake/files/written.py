"""Files that commands write: a Dockerfile, a playbook, a crontab in a here-document is read as that kind of file."""

from __future__ import annotations

from ..circumstances import FoundCommand, Reading
from ..file_text import FileText
from .callers import HEAD
from .kinds import find_kind
from .repository import Repository

KINDS = frozenset(("dockerfile", "compose", "ansible", "cloud-init", "crontab"))


def with_written(reading: Reading, repository: Repository) -> Reading:
    """The reading with the commands of what its own commands write, where that has more than itself to say."""
    more = [each for found in reading.commands if found.written and found.written.text
            for each in _commands(found, repository)]
    return reading._replace(commands=(*reading.commands, *more)) if more else reading


def _commands(found: FoundCommand, repository: Repository) -> list[FoundCommand]:
    """In the lines of the file that writes it where they stand there, else where the command stands."""
    written = found.written
    kind = find_kind(written.path, written.text[:HEAD]) if written is not None else None
    if written is None or kind is None or kind.KIND not in KINDS:
        return []
    text = written.text
    if written.first:
        text = "\n" * (written.first - 1) + "".join(
            " " * written.margin + line if line.strip() else line for line in text.splitlines(True))
    inner = kind.read(FileText(found.location.path, text), repository).commands
    return list(inner) if written.first else [each._replace(location=found.location) for each in inner]
