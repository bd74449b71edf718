"""pip's own arguments with more options, where pip takes them for options: a word may be the value of another."""

from __future__ import annotations

from collections.abc import Sequence

from .pip_command import parse_options, read_command


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


def loudness(arguments: Sequence[str]) -> int:
    """How many `-v` of a command are left when each `-q` has taken one away."""
    given = [one.option.dest for one in read_command(arguments).given]
    return given.count("verbose") - given.count("quiet")
