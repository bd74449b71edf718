"""Files that commands write: a Dockerfile, a playbook, a crontab in a here-document is read as that kind of file."""

from __future__ import annotations

from itertools import islice
from typing import Optional

from ..circumstances import FoundCommand, Reading, Written
from ..file_text import FileText
from .callers import HEAD
from .kinds import FileKind, find_kind, read_as
from .repository import Repository

KINDS = frozenset(("dockerfile", "compose", "ansible", "cloud-init", "crontab"))
MAX_WRITTEN = 100    # files that one file writes; each is read behind as many empty lines as stand before it


def with_written(reading: Reading, repository: Repository) -> Reading:
    """The reading with the commands of what its own commands write, where that has more than itself to say."""
    writing = ((found, kind) for found in reading.commands if (kind := _kind_of(found)) is not None)
    more = [each for found, kind in islice(writing, MAX_WRITTEN) for each in _commands(found, kind, repository)]
    return reading._replace(commands=(*reading.commands, *more)) if more else reading


def _kind_of(found: FoundCommand) -> Optional[FileKind]:
    written = found.written
    kind = find_kind(written.path, written.text[:HEAD]) if written is not None and written.text else None
    return kind if kind is not None and kind.KIND in KINDS else None


def _commands(found: FoundCommand, kind: FileKind, repository: Repository) -> list[FoundCommand]:
    """In the lines of the file that writes it where they stand there, else where the command stands."""
    written = found.written or Written("", "")
    text = written.text
    if written.first:
        text = "\n" * (written.first - 1) + "".join(
            " " * written.margin + line if line.strip() else line for line in text.splitlines(True))
    inner = read_as(kind, FileText(found.location.path, text), repository).commands
    return list(inner) if written.first else [each._replace(location=found.location) for each in inner]
