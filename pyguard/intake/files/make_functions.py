"""Functions of make that choose: `$(or A,B)`, `$(and A,B)`, `$(if A,B,C)`, where nobody gives what is not said."""

from __future__ import annotations

from collections.abc import Callable

from ...model.late_pattern import late

BEGINNING = late(r"(?<!\$)\$([({])(or|if|and)[ \t]+")
UNSET = late(r"\$\{\w+\}")    # a variable that nothing sets is empty
CLOSING = {"(": ")", "{": "}"}
MAX_CHOSEN = 50    # of one text


def choose(text: str, expand: Callable[[str], str]) -> str:
    """The text with what its functions choose; what cannot be known stays as it is. `expand` fills variables in."""
    done, position = "", 0
    for _ in range(MAX_CHOSEN):
        match = BEGINNING.search(text, position)
        words = _arguments(text, match.end(), match.group(1)) if match is not None else None
        if match is None or words is None:
            break
        end, arguments = words
        chosen = _chosen(match.group(2), arguments, expand)
        done += text[position:match.start()] + (text[match.start():end] if chosen is None else chosen)
        position = end
    return done + text[position:]


def _chosen(function: str, arguments: list[str], expand: Callable[[str], str]) -> str | None:
    conditions = arguments[:1] if function == "if" else arguments
    value = ""
    for condition in conditions:
        value = expand(condition.strip())
        left = UNSET.sub("", value)
        if "$" in left:
            return None
        is_true = bool(left.strip())
        if function == "if":
            return expand("".join(arguments[1:2] if is_true else arguments[2:3]).strip())
        if is_true is (function == "or"):
            return value if is_true else ""
    return "" if function == "or" else value


def _arguments(text: str, begin: int, opening: str) -> tuple[int, list[str]] | None:
    """What stands between the commas, and where the call ends; None where it does not."""
    found: list[str] = []
    start, depth, closing = begin, 0, CLOSING[opening]
    for index in range(begin, len(text)):
        character = text[index]
        if character == opening:
            depth += 1
        elif character == closing and depth:
            depth -= 1
        elif character == closing:
            return index + 1, [*found, text[start:index]]
        elif character == "," and not depth:
            found.append(text[start:index])
            start = index + 1
    return None
