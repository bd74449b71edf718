"""Running text that tells the reader to type a command: "Run `sudo pip3 install requests`"."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from .document_against import AGAINST

SPAN = late(r"(?<!`)(`{1,2})(sudo (?:-\S+ )*(?:(?:pip[23]?(?:\.\d+)?|python[23]?(?:\.\d+)? -m pip) (?:un)?install|"
            r"easy_install\d?) [^`]*[^`\s])\1(?!`)")
END = late(r"[.!?](?:\s|$)|[|]")    # of a sentence, or a cell
# What is said before the command, in the same sentence
TELLS = late(r"(?i)(?:[:,]|\b(?:run|call|use|using|install|execute|type|do|try|with|via|by|then|enter|need|and|or)\b"
             r"(?:\s+\w+){0,3}|\bon\b[^`]*)[\s(*_]*$")
# ... and what says that it is told of, warned of, or for another machine
OPPOSED = late(rf"(?i){AGAINST}|\b(?:ran|used|installed|did|was|were|had|have|has|if|when|whenever|after|before|once|"
               r"old|previous\w*|earlier|like|such|why|errors?|fail\w*|because|since|although|means?|would|could|"
               r"venv|virtualenv|environments?)\b")
NO_TEXT = ("#", "|", "=", "    ", "\t", ">>>", "..")


def told_in(lines: list[str], index: int) -> list[tuple[int, str]]:
    """The commands of the line, each with the column where it begins, from 0."""
    line = lines[index]
    if "`sudo " not in line or line.startswith(NO_TEXT):
        return []
    return [(match.start(2), match.group(2)) for match in SPAN.finditer(line) if _is_told(lines, index, match)]


def _is_told(lines: list[str], index: int, span: re.Match[str]) -> bool:
    """By what its sentence says, which may begin on the line above."""
    line = lines[index]
    above = lines[index - 1] if index and lines[index - 1].strip() and not lines[index - 1].startswith(NO_TEXT) else ""
    before = END.split(f"{above} {line[:span.start()]}")[-1]
    behind = END.split(line[span.end():], 1)[0]
    bare = re.sub(r"`[^`]*`", "", f"{before} {behind}")
    if OPPOSED.search(bare):
        return False
    said = before.strip(" \t*_-")
    return TELLS.search(before) is not None if said else behind.strip()[:1] in ("", ",", "&")
