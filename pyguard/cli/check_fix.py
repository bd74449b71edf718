"""`pyguard check --fix` and `--diff`: the safe changes of a report are made, or shown; bytes stay what they are."""

from __future__ import annotations

import os
from typing import TextIO

from ..checking.fixes import fix_text, show_difference
from ..model.report import CheckReport
from ..render.words import printable
from .outlet import write_file


def fix_files(report: CheckReport, top: str, write: bool, stdout: TextIO, stderr: TextIO) -> None:
    """Show the changes, or make them; a file is replaced whole or not at all, and what a link leads to once."""
    changed, base = 0, os.path.realpath(top).rstrip("/") + "/"
    files: dict[str, str] = {}
    for path in sorted({finding.location.path for finding in report.findings if finding.fix}):
        files.setdefault(os.path.realpath(os.path.join(top, path)), path)
    for full, path in files.items():
        if full != os.path.normpath(base + path) and not full.startswith(base):
            stderr.write(printable(f"pyguard: {path} leads out of {top}: it was left") + "\n")
            continue
        with open(full, encoding="utf-8", errors="surrogateescape", newline="") as file:
            before = file.read()
        after = fix_text(before, [each for each in report.findings if each.location.path == path])
        if after == before:
            continue
        changed += 1
        if write:
            write_file(full, after, top, theirs=True)
        else:
            _write_text(stdout, show_difference(path, before, after))
    stderr.write(f"pyguard: {changed} files {'changed' if write else 'would change'}\n")


def fix_given(report: CheckReport, data: bytes, name: str, write: bool, stdout: TextIO) -> None:
    """The same for standard input: the whole text, changed, or what would change in it. No file is touched."""
    before = data.decode("utf-8", "surrogateescape")
    after = fix_text(before, report.findings)
    _write_text(stdout, after if write else show_difference(name, before, after))


def _write_text(stdout: TextIO, text: str) -> None:
    """Bytes that are no UTF-8 go out as they came in, which the text stream would not do."""
    buffer = getattr(stdout, "buffer", None)
    if buffer is None:
        stdout.write(text)
        return
    stdout.flush()
    buffer.write(text.encode("utf-8", "surrogateescape"))
    buffer.flush()
