"""The value of an assignment, and what the same file gives other variables -> the texts that it may become; pure.

Format: POSIX shell, 2.6.2. Whether a variable is set is not known: `${X:-word}` and `${X:+word}` are taken as the word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from ..model.late_pattern import late
from .shell_commands import WORD

BEFORE = "\0"    # stands where the variable itself, as it was until then, is put in
ASSIGNED = late(r"(?:^|[\s;&|])([A-Za-z_]\w*)=")
CONDITIONAL = late(r"\$\{\w+:?[-+=]((?:[^${}]|\$(?!\{)|\$\{\w+\})*)\}", re.S)
USED = late(r"\$(?:\{(\w+)|(\w+))")
# Anybody's file is read: it is not to decide how long that takes.
MOST = 16
LONGEST = 16 * 1024    # all of them together
Values = Mapping[str, Sequence[tuple[int, str]]]


def expand(value: str, known: Iterable[tuple[str, str]], variable: str) -> tuple[str, ...]:
    """What is neither known nor the variable itself stays as it is written."""
    values: dict[str, list[str]] = {}
    for name, text in known:
        values.setdefault(name, []).append(text)
    done, waiting, room = [], [_without_conditions(value)], LONGEST
    for text in waiting:
        name = next((name for name in _used(text) if name in values and name != variable), "") if room > 0 else ""
        room -= sum(len(text) + text.count(name) * len(each) for each in values.get(name, ()))
        if name and room > 0 and len(waiting) < MOST:
            waiting += [_without_conditions(_put(text, name, each)) for each in values[name]]
        else:
            done.append(_put(text, variable, BEFORE))
    return tuple(dict.fromkeys(done))


def values_in(lines: Iterable[str]) -> Values:
    """Every variable that is set there, with the number of the line and the value without quotes."""
    found: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(lines, 1):
        for match in ASSIGNED.finditer(line) if "=" in line else ():
            word = WORD.match(line, match.end())
            text = re.sub(r"\\(.)|['\"]", lambda each: each[1] or "", word[0] if word else "")
            found.setdefault(match[1], []).append((number, text))
    return found


def known_before(value: str, line: int, values: Values, variable: str) -> tuple[tuple[str, str], ...]:
    """What the variables are given until that line that stand in the value, or in such a value in turn."""
    wanted = list(dict.fromkeys(_used(value)))
    found: list[tuple[str, str]] = []
    for name in wanted:
        given = values.get(name, ()) if name not in ("HOME", variable) else ()
        end = bisect_left(given, (line + 1, ""))
        for _, text in given[max(end - MOST, 0):end]:
            found.append((name, text))
            wanted += [other for other in _used(text)[:MOST] if other not in wanted and len(wanted) < MOST]
    return tuple(dict.fromkeys(found))


def _without_conditions(text: str) -> str:
    """The word for `${X:+word}` and the like, from the innermost."""
    for _ in range(MOST):
        less = CONDITIONAL.sub(lambda match: match[1], text)
        if less == text:
            break
        text = less
    return text


def _used(text: str) -> list[str]:
    return [braced or bare for braced, bare in USED.findall(text)]


def _put(text: str, name: str, value: str) -> str:
    """For `$X` and `${X}` alone: what another operator makes of it is not known."""
    return re.sub(rf"\$(?:\{{{name}\}}|{name}(?!\w))", lambda match: value, text)
