"""One line of a start-up file -> the watched variable that it sets for good, to what, and whether it does only that.

Formats: POSIX shell 2.9.1 (an assignment before a command holds for that command), csh(1), fish(1), environment.d(5),
pam_env.conf(5), systemd.exec(5).
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from ..model.late_pattern import late

WATCHED = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "PIP_BREAK_SYSTEM_PACKAGES",
           "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONUSERBASE", "PYTHONSTARTUP")
_NAMES = "|".join(WATCHED)
SHELL = late(rf"^\s*(export\s+|declare\s+-\w*x\w*\s+|typeset\s+-\w*x\w*\s+)?({_NAMES})=(.*)$", re.S)
CSH = late(rf"^\s*setenv\s+({_NAMES})\s+(.+)$", re.S)
FISH = late(rf"^\s*set\s+-\w*x\w*\s+({_NAMES})\s+(.+)$", re.S)
PAM = late(rf"^\s*({_NAMES})\s+(?:DEFAULT|OVERRIDE)=(.*)$")
SYSTEMD = late(rf"^\s*(?:Default)?Environment=([\"']?)({_NAMES})=(.*)$")
FISH_PATH = late(r"^\s*fish_add_path\s+(?:-\w+\s+)*(.+)$")

WORD = late(r"""(?:[^\s'"\\;&|<>()`$]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\$\{[^}]*\}"""
            r"""|\$\((?:[^()'"]|'[^']*'|"[^"]*"|\([^()]*\))*\)|\$(?![({]))*""", re.S)
ANOTHER = late(r"\s+\w+=")
ENDS = late(r"\s*(?:$|;|&&|\|\||\s#)")
ALONE = late(r"\s*(?:(?:;|&&)\s*export\s+({_NAMES})\s*)?;?\s*(?:(?<![^\s;])#.*)?$".replace("{_NAMES}", _NAMES))
NOTHING_MORE = late(r"\s*(?:\s#.*)?$")
LINKS = late(r"[;&|<>()]")
QUOTES = ("'", '"')    # after a word: one that a later line closes


class Found(NamedTuple):
    """`value` without quotes and comments; `alone`: without the line nothing else is missing."""

    variable: str
    value: str
    alone: bool


def read_shell(line: str) -> Optional[Found]:
    """A command line of sh, csh or fish; None where it sets none, or for one command only."""
    match = SHELL.match(line)
    if match:
        return _posix(match[2], match[3], bool(match[1]))
    match = CSH.match(line)
    if match:
        word = WORD.match(match[2])
        alone = bool(word and word[0] and NOTHING_MORE.match(match[2], word.end()))
        return Found(match[1], unquote(match[2]), alone)
    match = FISH.match(line)
    if match:
        return Found(match[1], unquote(match[2]), not LINKS.search(match[2].split(" #")[0]))
    match = FISH_PATH.match(line)
    return Found("PATH", unquote(match[1]), False) if match else None


def read_setting(line: str) -> Optional[Found]:
    """A line of a file that is no shell's: NAME=VALUE, pam_env's and systemd's."""
    match = SYSTEMD.match(line)
    if match:
        quote, text = match[1], match[3]
        value, _, rest = text.partition(quote or " ")
        return Found(match[2], value, not rest.strip())
    match = PAM.match(line)
    if match:
        return Found(match[1], unquote(match[2]), True)
    match = SHELL.match(line)
    return Found(match[2], unquote(match[3]), True) if match else None


def _posix(variable: str, text: str, exported: bool) -> Optional[Found]:
    word = WORD.match(text)
    end = word.end() if word else 0
    alone = ALONE.match(text, end)
    value = unquote(text) if text[end:end + 1] in QUOTES else _without_quotes(text[:end])
    if alone and alone[1] in (None, variable):
        return Found(variable, value, True)
    if not exported:
        more = ANOTHER.match(text, end)
        while more:
            word = WORD.match(text, more.end())
            end = word.end() if word else more.end()
            more = ANOTHER.match(text, end)
        if not (ENDS.match(text, end) or text[end:end + 1] in QUOTES):
            return None
    return Found(variable, value, False)


def _without_quotes(word: str) -> str:
    return re.sub(r"\\(.)|['\"]", lambda match: match[1] or "", word, flags=re.S)


def unquote(text: str) -> str:
    """`"/opt/lib:$X"; export X  # why` is /opt/lib:$X."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].split(text[0])[0]
    return re.split(r"[;#]|\s&&\s", text)[0].strip().strip("\"'")
