"""Tables of a document that say what to type on which system: cells that are a command and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.late_pattern import late
from .document_against import AGAINST

CODE = late(r"(?<!`)(`{1,2})((?:sudo|pip3?|python3?|apt(?:-get)?|dnf|yum|zypper|pacman) [^`]+)\1(?!`)")
ANY_CODE = late(r"`[^`]*`")
BETWEEN = late(r"(?:\([^()|]*\)|\W|<br[ /]*>|\b(?:or|and|then)\b)*$")    # what may stand beside the commands of a cell
BAR = late(r"(?<!\\)\|")
SIMPLE = late(r"^[ \t]*={3,}(?:[ \t]+={3,})+[ \t]*$")    # the borders of reStructuredText's simple tables
GAP = late(r"[ \t]{2,}")
# What says that it is not to be run, or not by a distribution's Python
OPPOSED = late(rf"(?i){AGAINST}|\bbad\b|\bbefore\b|\bold way\b|\bremoved\b|\byou (?:used|ran|installed)\b|"
               r"\bdeprecated\b|\u274c|\bv(?:irtual[ -]?)?env|\bpipx|\bpoetry\b|\bnix")
CELL = "cell"    # a block's language
MAX_ROWS = 200


def cells_of(lines: list[str], index: int) -> Iterator[tuple[int, str]]:
    """The commands in the row, each with the column where it begins, from 0; not those of the first column."""
    line = lines[index]
    if "`" not in line:
        return
    is_barred = line.lstrip(" \t>").startswith("|")
    if not is_barred and not (GAP.search(line.strip()) and _in_simple(lines, index)):
        return
    head, above = _head(lines, index)
    cells = _cells(line, is_barred)
    label = line[slice(*cells[0])] if cells else ""
    if OPPOSED.search(f"{label} {ANY_CODE.sub('', line)}") or OPPOSED.search(above):
        return
    heads = [head[start:end] for start, end in _cells(head, is_barred)]
    for number, (start, end) in enumerate(cells[1:], 1):
        text = line[start:end]
        if BETWEEN.match(CODE.sub("", text)) and not OPPOSED.search(" ".join(heads[number:number + 1])):
            yield from ((start + match.start(2), match.group(2)) for match in CODE.finditer(text))


def _cells(line: str, is_barred: bool) -> list[tuple[int, int]]:
    """Where each begins and ends."""
    bounds = [match.span() for match in (BAR if is_barred else GAP).finditer(line)]
    cells = [(after, before) for (_, after), (before, _) in zip(bounds, [*bounds[1:], (len(line), 0)])]
    return cells if is_barred else [(0, bounds[0][0] if bounds else len(line)), *cells]


def _head(lines: list[str], index: int) -> tuple[str, str]:
    """The first row, and the line above the table."""
    at = index
    while at > max(0, index - MAX_ROWS) and lines[at - 1].strip():
        at -= 1
    above = next((line for line in reversed(lines[max(0, at - 3):at]) if line.strip()), "")
    above = "" if above.lstrip(" \t>").startswith(("|", "=", "+-")) else above    # another table
    if at < index and not lines[at].strip(" \t|+=-:"):    # a border
        at += 1
    return lines[at], above


def _in_simple(lines: list[str], index: int) -> bool:
    """Whether there is a border above, and one below."""
    at = index
    while at > max(0, index - MAX_ROWS) and lines[at - 1].strip():
        at -= 1
    end = index
    while end < min(len(lines) - 1, index + MAX_ROWS) and lines[end + 1].strip():
        end += 1
    return SIMPLE.match(lines[at]) is not None and SIMPLE.match(lines[end]) is not None
