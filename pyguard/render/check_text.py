"""A CheckReport becomes text for people: grouped by file, with the source line, a caret, the evidence, the way out."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.report import CheckReport, Confidence, FileFinding
from ..model.verdict import Level
from .words import printable, wrap

RED, YELLOW, DIM, BOLD, PLAIN = "\033[31m", "\033[33m", "\033[2m", "\033[1m", "\033[0m"
WIDTH = 110


def render_check_text(report: CheckReport, shown: Confidence, colour: bool = False) -> Iterator[str]:
    """Findings that are at least so sure, a piece each; the others are counted."""
    path = blank = ""
    for finding in report.findings:
        if finding.confidence < shown:
            continue
        if finding.location.path != path:
            path = finding.location.path
            yield f"{blank}{_paint(printable(path), BOLD, colour)}\n"
            blank = "\n"
        yield "".join(f"{line}\n" for line in _finding(finding, colour))
    for skipped in report.not_checked:
        yield printable(f"not checked: {skipped.path}: {skipped.reason}") + "\n"
        blank = "\n"
    yield f"{blank}{summary(report, shown)}\n"


def _finding(finding: FileFinding, colour: bool) -> Iterator[str]:
    place = finding.location
    tint = RED if finding.level is Level.BLOCK else YELLOW
    level = _paint(finding.level.name.lower(), tint, colour)
    yield f"  {place.line}:{max(place.column, 1)} {level} {printable(finding.rule)} ({finding.confidence.name.lower()})"
    yield from _source(finding, colour)
    yield from (printable(line) for line in wrap(finding.message, WIDTH, "    "))
    if finding.evidence:
        yield from (_paint(printable(line), DIM, colour)
                    for line in wrap("because: " + "; ".join(finding.evidence), WIDTH, "    "))
    if finding.instead:
        yield from (printable(line) for line in wrap("instead: " + finding.instead, WIDTH, "    "))


def _source(finding: FileFinding, colour: bool) -> Iterator[str]:
    """The line, cut to the screen, with a caret under the command's first letter."""
    text = finding.source.replace("\t", " ")
    if not text.strip():
        return
    start = min(max(finding.location.column - 1, 0), len(text))
    cut = max(0, start - 40) if len(text) > WIDTH - 6 else 0
    indent = len(text) - len(text.lstrip())
    cut = max(cut, min(indent, start))
    yield f"    | {printable(text[cut:cut + WIDTH - 6])}"
    yield f"    | {' ' * (start - cut)}{_paint('^', RED, colour)}"


def summary(report: CheckReport, shown: Confidence) -> str:
    """`3 findings in 2 files (1 more that is only possible); 12 files looked at, 1 not checked`."""
    loud = [finding for finding in report.findings if finding.confidence >= shown]
    quiet = len(report.findings) - len(loud)
    files = len({finding.location.path for finding in loud})
    text = f"{_many(len(loud), 'finding')} in {_many(files, 'file')}" if loud else "no findings"
    if quiet:
        text += f" ({quiet} more only possible: --confidence possible shows them)"
    text += f"; {_many(report.files, 'file')} looked at"
    if report.suppressed:
        text += f", {_many(report.suppressed, 'finding')} ignored on request"
    if report.not_checked:
        text += f", {len(report.not_checked)} not checked"
    return text


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _paint(text: str, colour: str, wanted: bool) -> str:
    return f"{colour}{text}{PLAIN}" if wanted else text
