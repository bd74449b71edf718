"""Code blocks that show what nobody is to run: the line above them says so, or the admonition that they stand in."""

from __future__ import annotations

from ...model.late_pattern import late

OPENS = late(r"[ \t>]*(?:[*+-][ \t]+|\d+[.)][ \t]+)*(?:`{3,}|~{3,}|\.\.[ \t]|<pre\b)")    # the block itself
WHAT = r"(?:this|that|these|it|so|(?:any of )?(?:this|these|the following)(?: commands?)?(?: below)?)"
# At the end of what is said: "do not run this as root" tells how to run it
FORBIDS = late(rf"(?i)(?:\bnever|\b(?:do|must|should) not|\b(?:do|must|should)n['\u2019]t)(?: ever)?"
               rf" (?:do|run|use|try|type|execute|copy)(?: {WHAT})?[\s.:;!*_\"'`)]*$")
WRONG = late(r"(?i)^(?:\.\.[ \t]*(?:danger|warning|caution)::)?[^\w`]*(?:wrong|bad|incorrect|don['\u2019]?t)\b"
             r"[\s.:;!*_]*$")
BEHIND = late(r"(?i)\s#+\s*(?:\W*\b(?:don['\u2019]?t\b(?! forget| worry| need)|do not\b|never\b|wrong\b|bad\b|ng\b)|"
              r"[\u2717\u2718\u274c])")    # a comment on the command's own line


def without_denied(lines: list[str]) -> list[str]:
    """The lines of a block, empty where a comment behind the command says that it is not to be run."""
    return ["" if "#" in line and BEHIND.search(line) else line for line in lines]


def is_denied(lines: list[str], first: int) -> bool:
    """Whether the nearest line above line `first`, from 1, forbids what begins there."""
    at = first - 2
    if at >= 0 and OPENS.match(lines[at]) and not FORBIDS.search(lines[at]):
        at -= 1
    while at >= 0 and not lines[at].strip(" \t>"):
        at -= 1
    return at >= 0 and (FORBIDS.search(lines[at]) or WRONG.match(lines[at])) is not None
