"""pip's own arguments with more options, where pip takes them for options: a word may be the value of another."""

from __future__ import annotations

from collections.abc import Sequence

from .pip_command import parse_options


def with_options(arguments: Sequence[str], options: Sequence[str]) -> tuple[str, ...]:
    """The same command with further options, given last.

    Raises ForeignUsageError for what pip itself refuses.
    """
    general = parse_options(arguments, "", (), interspersed=False)
    if not general.rest:
        return tuple(arguments)
    name = general.rest[0]
    place = list(arguments).index(name)    # pip takes out the first word that equals it, be it a value
    own = (*arguments[:place], *arguments[place + 1:])
    end = parse_options(own, name, ()).end
    if end < place:    # `pip -- install six`
        return (*own[:end], name, *options, *own[end:])
    return (*arguments[:end + 1], *options, *arguments[end + 1:])
