"""One line of a start-up file -> the watched variables that it sets for good, to what, and whether it does only that.

Formats: POSIX shell 2.9.1 (an assignment before a command holds for that command), csh(1), fish(1), environment.d(5),
pam_env.conf(5), systemd.exec(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional

from ..model.late_pattern import late
from .shell_commands import WORD, commands

WATCHED = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "PIP_BREAK_SYSTEM_PACKAGES",
           "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONUSERBASE", "PYTHONSTARTUP")
UNCERTAIN = frozenset(WATCHED) - {"PATH", "PYTHONSTARTUP"}    # not to know them hides what every Python imports
_NAMES = "|".join(WATCHED)
SHELL = late(rf"^\s*(export\s+|declare\s+-\w*x\w*\s+|typeset\s+-\w*x\w*\s+)?({_NAMES})(\+?)=(.*)$", re.S)
CSH = late(rf"^\s*setenv\s+({_NAMES})\s+(.+)$", re.S)
FISH = late(rf"^\s*set\s+-\w*x\w*\s+({_NAMES})\s+(.+)$", re.S)
PAM = late(rf"^\s*({_NAMES})\s+(?:DEFAULT|OVERRIDE)=(.*)$")
SYSTEMD = late(r"^\s*(?:Default)?Environment=(.*)$")
SYSTEMD_WORD = late(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\S)+")
ASSIGNS = late(r"([A-Za-z_]\w*)(\+?)=(.*)$", re.S)
UNLESS_SET = late(rf"\$\{{({_NAMES}):?=((?:[^{{}}]|\$\{{[^{{}}]*\}})*)\}}")

ALONE = late(r"\s*(?:(?:;|&&)\s*export\s+({_NAMES})\s*)?;?\s*(?:(?<![^\s;])#.*)?$".replace("{_NAMES}", _NAMES))
NOTHING_MORE = late(r"\s*(?:\s#.*)?$")
LINKS = late(r"[;&|<>()]")
DECLARING = frozenset(("export", "declare", "typeset", "readonly"))
NESTED = 3    # an `eval` in an `eval`
# Commands that may name a variable without setting it.
SETS_NOTHING = frozenset(("[", "[[", "test", "echo", "print", "printf", "printenv", "env", "unset", "unsetenv", "local",
                          "for", "foreach", "grep", "which", "type", "alias", "return", "logger", "set", "exec",
                          "sudo", "systemctl", "dbus-update-activation-environment", *DECLARING))


class Found(NamedTuple):
    """`value` without quotes and comments; `alone`: without the line nothing else is missing.

    `function`: it is set when that is called. `understood`: the line gives it a value, and which can be seen.
    """

    variable: str
    value: str
    alone: bool
    function: str = ""
    understood: bool = True


def read_shell(line: str) -> tuple[Found, ...]:
    """A command line of sh, csh or fish; nothing where it sets none, or for one command only."""
    found = _by_itself(line)
    return (found,) if found else tuple(dict.fromkeys(_among_others(line)))


def read_setting(line: str) -> tuple[Found, ...]:
    """A line of a file that is no shell's: NAME=VALUE, pam_env's and systemd's."""
    match = SYSTEMD.match(line)
    if match:
        words = [_without_quotes(word) for word in SYSTEMD_WORD.findall(match[1])]
        return tuple(Found(name, value, len(words) == 1) for name, _, value in (word.partition("=") for word in words)
                     if name in WATCHED)
    match = PAM.match(line)
    if match:
        return (Found(match[1], unquote(match[2]), True),)
    match = SHELL.match(line)
    return (Found(match[2], unquote(match[4]), True),) if match else ()


def _by_itself(line: str) -> Optional[Found]:
    """One simple assignment, exported there or not, and nothing else on the line."""
    match = SHELL.match(line)
    if match:
        word = WORD.match(match[4])
        end = word.end() if word else 0
        alone = ALONE.match(match[4], end)
        if alone and alone[1] in (None, match[2]):
            return Found(match[2], _value(match[2], match[3], match[4][:end]), True)
        return None
    match = CSH.match(line)
    if match:
        word = WORD.match(match[2])
        alone = word if word and word[0] and NOTHING_MORE.match(match[2], word.end()) else None
    else:
        match = FISH.match(line)
        alone = match if match and not LINKS.search(match[2].split(" #")[0]) else None
    return Found(match[1], unquote(match[2]), True) if match and alone else None


def _among_others(line: str, nested: int = 0) -> Iterator[Found]:
    for command in commands(line):
        for variable, value in _set_by(command.words):
            yield Found(variable, value, False, command.function)
        if command.words[0] == "eval" and nested < NESTED:
            text = _without_quotes(" ".join(command.words[1:]))
            yield from (found._replace(function=command.function) for found in _among_others(text, nested + 1))
        elif command.words[0] not in SETS_NOTHING or command.words[:2] == ("printf", "-v"):
            yield from (Found(word, "", False, command.function, False) for word in command.words[1:]
                        if word in UNCERTAIN and command.words[0] != "setenv")


def _set_by(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What one simple command sets for good."""
    for word in words:
        yield from ((name, _without_quotes(value)) for name, value in UNLESS_SET.findall(word))
    rest = list(words)
    while rest and ASSIGNS.match(rest[0]):
        rest.pop(0)
    if not rest:
        yield from _assigned(words)
    elif rest[0] in DECLARING and "-n" not in rest:
        yield from _assigned(rest[1:])
    elif rest[0] == "setenv" and len(rest) > 2 and rest[1] in WATCHED:
        yield rest[1], _without_quotes(" ".join(rest[2:]))
    elif rest[0] in ("set", "fish_add_path"):
        flags = [word for word in rest[1:] if word.startswith("-")]
        plain = [_without_quotes(word) for word in rest[1:] if not word.startswith("-")]
        if rest[0] == "fish_add_path":
            yield "PATH", " ".join(plain)
        elif plain[1:] and plain[0] in WATCHED and any(flag == "--export" or re.match(r"-\w*x", flag)
                                                       for flag in flags):
            yield plain[0], " ".join(plain[1:])


def _assigned(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        match = ASSIGNS.match(word)
        if match and match[1] in WATCHED:
            yield match[1], _value(match[1], match[2], match[3])


def _value(variable: str, added: str, word: str) -> str:
    return f"${variable}" * bool(added) + _without_quotes(word)


def _without_quotes(word: str) -> str:
    return re.sub(r"\\(.)|['\"]", lambda match: match[1] or "", word, flags=re.S)


def unquote(text: str) -> str:
    """`"/opt/lib:$X"; export X  # why` is /opt/lib:$X."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].split(text[0])[0]
    return re.split(r"[;#]|\s&&\s", text)[0].strip().strip("\"'")
