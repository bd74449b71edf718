"""What a program says, in comments and in what it prints, of the environment that somebody starts it in."""

from __future__ import annotations

import posixpath

from ...model.late_pattern import late

HINT = late(r"(?i)PATH=|--preserve-env=|\bactiv(?:e|ated?)\b")    # nothing is searched for where none of it stands
CONTINUED = late(r"[ \t]*\n[ \t]*#+[ \t]*")                 # a comment's sentence goes on
# sudo env PATH=$PATH python3 NAME: root finds the Python that the user's own shell has
KEEPS_PATH = late(r"\bsudo\s+(?:-\S+\s+)*(?:--preserve-env=\S*PATH\S*\s+(?:-\S+\s+)*|env\s+(?:\w+=\S*\s+)*"
                  r"[\"']?PATH=\\?[\"']?\$\{?PATH\}?\S*\s+(?:\w+=\S*\s+)*)\S*python[\d.]*\s+(?:-\S+\s+)*(\S+)")
NAMED = r"(?:virtual[ -]?env\w*|venv)\b"
ACTIVE = late(rf"(?i)\b(?:in(?:to|side)?|within|from|with)\s+(?:the|an?|your)\s+(?:currently\s+)?activ(?:e|ated)\s+"
              rf"(?:python\s+)?{NAMED}|\b{NAMED}\s+(?:(?:is|be|must\s+be|has\s+to\s+be|should\s+be)\s+)?activ(?:e|ated)\b|"
              rf"\bactivate\s+(?:the|your|an?)\s+(?:python\s+)?{NAMED}\s+(?:first|before)\b")
UNLESS = late(r"(?i)\b(?:no|not|never|without|if|when|whether|unless|check\w*|isn't|outside)\b[^.\n]{0,30}$")
BEFORE = 60    # characters that may turn a sentence round


def started_in(text: str, path: str) -> str:
    """The words by which a program asks to be started with an environment active; empty where it has none."""
    if HINT.search(text) is None:
        return ""
    joined = CONTINUED.sub(" ", text)
    for match in KEEPS_PATH.finditer(joined):
        if posixpath.basename(match.group(1).strip("\"'`.,;:)")) == posixpath.basename(path):
            return match.group()
    for match in ACTIVE.finditer(joined):
        if UNLESS.search(joined[max(0, match.start() - BEFORE):match.start()]) is None:
            return match.group()
    return ""
