"""What a frontend is: a module that reads the command lines of one tool; built in or a plugin's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ...host import Host
from ...model.facts import Interpreter
from ...model.request import Request
from .around import Around


class Frontend(Protocol):
    """A tool. `argv` begins with the tool's own name everywhere, whatever it was called by.

    `PROGRAMS`: the names it is called by, without the version that may follow (`pip3.11`). `MODULES`: what
    `python -m` runs it as. All may raise ForeignUsageError for what the tool itself refuses.
    """

    NAME: str
    PROGRAMS: tuple[str, ...]
    MODULES: tuple[str, ...]

    def changes_nothing(self, argv: Sequence[str], environ: Mapping[str, str]) -> bool:
        """The cheap answer: the command line alone says that nothing is installed or removed."""
        ...

    def choose_interpreter(self, host: Host, argv: Sequence[str], around: Around) -> str:
        """The interpreter that the command would write for; empty where it makes or uses a place of its own."""
        ...

    def leaves_environment(self, host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
        """Whether it may write outside of that interpreter's environment. Too often is no harm."""
        ...

    def parse_request(self, host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
        """All that the tool would go by, once the interpreter is known; not asked where `changes_nothing` is true."""
        ...
