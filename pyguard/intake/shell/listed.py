"""Commands that take the files that a list names: `xargs rm < LIST`, `cat LIST | xargs rm`, as `rm $(cat LIST)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from ...model.late_pattern import late
from .tree import Simple

LIST = late(r"(?:\$\(\s*(?:cat\s+|<\s*)|`\s*cat\s+)[\"']?([^\s\"'()`;|]+)[\"']?\s*[)`]$")
OF_FILE = ("-a", "--arg-file")
FILTERS = frozenset(("tr", "sed", "sort", "tac"))    # that change how a list looks, and not what it names


def with_list(argv: list[str], node: Simple, words: Sequence[str], piped_from: tuple[str, ...],
              before: Optional[Simple]) -> list[str]:
    """The command behind xargs with the list that it is fed from: a pipe, a redirection or xargs' own option.

    `words` are those of the whole command, `before` is what stands in front of the pipe.
    """
    names = [after for word, after in zip(words, words[1:]) if word in OF_FILE] or _redirected(node)
    if not names and piped_from[:1] == ("cat",):
        names = [word for word in piped_from[1:] if not word.startswith("-")]
    elif not names and before is not None and piped_from and piped_from[0] in FILTERS:
        names = _redirected(before)
    return [*argv, f"$(cat {names[0]})"] if names else argv


def lists_of(argv: Iterable[str]) -> list[str]:
    """The lists that a command's words are read from."""
    return [match.group(1) for word in argv if (match := LIST.match(word))]


def _redirected(node: Simple) -> list[str]:
    return [each.target.raw.strip("\"'") for each in node.redirections if each.operator == "<"]
