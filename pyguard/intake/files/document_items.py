"""Items of a list, and paragraphs of one line, that are a command or tell the reader to run one."""

from __future__ import annotations

import re
from typing import Optional

from ...model.late_pattern import late
from .document_against import AGAINST
from .document_prose import told_in
from .document_tables import BETWEEN, CODE

MARK = r"(?:[*+-]|\d+[.)]|#\.)\s+"
PLAIN = late(r"^\s*(?:[*+>$-]|\d+[.)])\s+((?:sudo|pip3?|python3?|apt(?:-get)?|uv)\s+(?:-\S+\s+)*"
             r"(?:/usr/bin/)?(?:pip|install|-m|apt|python|easy_install)\S*.*|"
             r"(?:sudo\s+)?(?:rm|mv)\s.*EXTERNALLY-MANAGED\S*)$")
OF_CODE = late(rf"^\s*(?:{MARK})?(?:``?|<code>)((?:sudo|apt(?:-get)? install) (?:(?!</code>)[^`])+)(?:``?|</code>)"
               r"(?:\s*\([^()]*\))?[.:;]?\s*$")
TOLD = late(rf"^\s*{MARK}((?:(?:and |now |just |simply |you can |you |should |must |need to |first|then|next|"
            r"finally|please)[, ]*)*(?:install|run|execute|get|set up|"
            r"setup|upgrade|update|type|do|enter)\b[^`]{0,80}?)``?(sudo [^`]+)``?(\s*\([^()]*\))?[.:;]?\s*$", re.I)
# A label before the command: `- Run: sudo pip install x`, `* On Linux: `sudo ...``; a box to tick; bold
LABELLED = late(rf"^\s*{MARK}((?:\[[ xX]\]\s+)?(?:(?:[^`]|`[^`]*`){{1,60}}?(?::|\s[-\u2013])\s+)?)(?:\*\*)?(?:"
                r"``?(sudo [^`]+)``?|(sudo (?:-\S+ )*(?:pip[23]?|easy_install|python[23]? -m pip) [^`]*?))"
                r"(?:\*\*)?(\s*\([^()]*\))?[.:;]?\s*$")
SEVERAL = late(rf"^\s*{MARK}((?:[^`]{{0,60}}:\s+)?)(``?sudo [^`]*`[^`]*`.*)$")
# A line that is a command from its first word to its last
ALONE = late(r"^(sudo (?:-\S+ )*(?:pip[23]?|easy_install|python[23]? -m pip) "
             r"(?!.*\b(?:to|is|will|the|an?|and|or|for|if|with|you|can|again|then|as|in|on)\b)"
             r"[-\w.\[\]=<>~!/@:+,\"' ]*[\w\]\"'])\s*$")
ITEM = late(rf"^\s*{MARK}")
OPPOSED = late(AGAINST, re.I)    # an environment is no reason: sudo leaves it
DENIED = late(r"\b(?:do|must|should)(?: not|n't)\b|\bnever\b|\bavoid\b", re.I)
BREW = late(r"^\s*\S+\s+`{0,2}(?:\$ )?brew (?:cask )?(?:install|tap|upgrade)\b")
OF_LINUX = late(r"\b(?:apt|apt-get|dnf|yum|pacman|zypper) ")
OF_CHANGES = late(r"(?:^|/)(?:change|history|news|release)[^/]*$", re.I)    # a file's name
MAX_BACK = 40    # lines of a list


def items_of(lines: list[str], index: int, path: str) -> list[tuple[int, str]]:
    """The commands of the line, each with the column where it begins, from 0."""
    item = _item_of(lines, index, path)
    if item is not None:
        return [item]
    if OF_CHANGES.search(path) or (ITEM.match(lines[index]) and OPPOSED.search(_introduction(lines, index))):
        return []
    return _several(lines, index) or told_in(lines, index)


def _several(lines: list[str], index: int) -> list[tuple[int, str]]:
    """`* Ubuntu: `sudo apt install python3-pip` and `pip3 install x``: commands and nothing else behind a label."""
    item = SEVERAL.match(lines[index]) if "`sudo " in lines[index] else None
    if item is None or OPPOSED.search(item.group(1)) or not BETWEEN.match(CODE.sub("", item.group(2))):
        return []
    return [(item.start(2) + match.start(2), match.group(2)) for match in CODE.finditer(item.group(2))]


def _item_of(lines: list[str], index: int, path: str) -> Optional[tuple[int, str]]:
    line = lines[index]
    match = PLAIN.match(line) or OF_CODE.match(line)
    if match is not None:
        is_denied = ("`" in line and DENIED.search(_introduction(lines, index))) or _is_beside_brew(lines, index)
        return None if is_denied else (match.start(1), match.group(1))
    told = _told(line) if "sudo " in line else None
    if told is None or OF_CHANGES.search(path) or _is_beside_brew(lines, index) \
            or OPPOSED.search(f"{told[2]} {_introduction(lines, index)}"):
        return None
    return told[:2]


def _told(line: str) -> Optional[tuple[int, str, str]]:
    """The command with its column, and what is said around it."""
    alone = ALONE.match(line)
    if alone is not None:
        return 0, alone.group(1), ""
    match = TOLD.match(line) if "`sudo " in line else None
    if match is not None:
        return match.start(2), match.group(2), f"{match.group(1)} {match.group(3) or ''}"
    match = LABELLED.match(line)
    if match is None:
        return None
    which = 2 if match.group(2) else 3
    return match.start(which), match.group(which), f"{match.group(1)} {match.group(4) or ''}"


def _is_beside_brew(lines: list[str], index: int) -> bool:
    """Whether an item before it in the same list is Homebrew's: what follows is typed on that Mac."""
    at = index - 1
    while at >= max(0, index - MAX_BACK) and ITEM.match(lines[at]):
        if BREW.search(lines[at]) or OF_LINUX.search(lines[at]):
            return not OF_LINUX.search(lines[at])
        at -= 1
    return False


def _introduction(lines: list[str], index: int) -> str:
    """The paragraph, or the heading, that the list stands under."""
    at = index - 1
    while at >= max(0, index - MAX_BACK) and (not lines[at].strip() or lines[at][0].isspace() or ITEM.match(lines[at])):
        at -= 1
    first = at
    while first > max(0, at - 5) and lines[first - 1].strip() and not lines[first].startswith("#"):
        first -= 1
    return " ".join(lines[max(first, 0):at + 1])
