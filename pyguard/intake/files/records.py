"""`setup.py install --record LIST`, and later `rm` of all that the list names: the second undoes the first by hand."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from ..circumstances import FoundCommand, Reading
from ..shell.listed import lists_of


def with_records(reading: Reading) -> Reading:
    """The reading, each removal with the install of the same file that wrote its list, where there is one."""
    taking = {id(each): lists for each in reading.commands if (lists := lists_of(each.argv))}
    installs: dict[str, list[FoundCommand]] = {}
    for each in reading.commands if taking else ():
        for name in _recorded(each.argv):
            installs.setdefault(name, []).append(each)
    if not installs:
        return reading
    return reading._replace(commands=tuple(_undoing(each, taking.get(id(each), ()), installs)
                                           for each in reading.commands))


def _undoing(found: FoundCommand, lists: Sequence[str], installs: dict[str, list[FoundCommand]]) -> FoundCommand:
    """On the same host, if one of them is."""
    wrote = [each for name in lists for each in installs.get(posixpath.normpath(name), ())]
    host = found.circumstances.host
    return found._replace(undoes=tuple([each for each in wrote if each.circumstances.host == host][-1:] or wrote[-1:]))


def _recorded(argv: tuple[str, ...]) -> list[str]:
    if not any(word.endswith("setup.py") for word in argv):
        return []
    given = [after for word, after in zip(argv, argv[1:]) if word == "--record"]
    given += [word.partition("=")[2] for word in argv if word.startswith("--record=")]
    return [posixpath.normpath(each) for each in given if each]
