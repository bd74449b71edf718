"""pip as a frontend: what it would write for, and whether that leads out of the interpreter's environment.

On the hot path of every pip command: what only an install needs is imported for an install.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import ForeignUsageError
from ...host import Host
from ...model.facts import EnvironmentKind, Interpreter
from ...model.request import Action, Request
from .around import Around, named_interpreter
from .pip_command import changes_nothing as pip_changes_nothing
from .pip_command import read_command
from .pip_options import STARTED_ANEW

NAME = "pip"
PROGRAMS = ("pip",)
MODULES = ("pip", "pip.__main__")
# By what pip calls them once case and `_` are gone; the value of `no-user` is that of `user`.
OUTWARD = frozenset(("target", "prefix", "root", "user", "no-user", "python"))
OUTWARD_WORDS = (b"target", b"prefix", b"root", b"user", b"python")


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """`pip list` and the like."""
    return pip_changes_nothing(argv[1:])


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """`--python`, else the one that pip itself runs on."""
    chosen = "" if STARTED_ANEW in around.environ else read_command(argv[1:]).python
    return named_interpreter(host, chosen, around) if chosen else around.python_of(around.program)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """By an option, a variable or a pip.conf, or because the interpreter's own place is not writable.

    pip turns to the user site by itself then (20.0), which the system's Python of the same minor version
    imports from as well.
    """
    try:
        if read_command(argv[1:]).leaves_environment:
            return True
    except ForeignUsageError:
        return False    # pip's own error stands
    return is_led_outward(host, around, interpreter)


def is_led_outward(host: Host, around: Around, interpreter: Interpreter) -> bool:
    """The same for whoever calls pip with options of their own."""
    sees_user_site = interpreter.kind is not EnvironmentKind.VENV or interpreter.system_site
    if sees_user_site and not (interpreter.writable or around.uid == 0):
        return True
    from ..pip_config import Asker, configuration_files, read_variables

    if any(setting.value and setting.name in OUTWARD for setting in read_variables(around.environ)):
        return True
    asker = Asker(around.environ, around.cwd, around.environ.get("HOME", ""), interpreter.prefix,
                  interpreter.kind is EnvironmentKind.VENV, False, ())
    return any(_leads_outward(host, path) for path in configuration_files(host, asker))


def _leads_outward(host: Host, path: str) -> bool:
    """A word is enough: the whole configuration is read, slowly, only where one of these is in it."""
    try:
        text = host.read_bytes(path).lower()    # as configparser takes the names of options
    except OSError:
        return False    # pip reads the file itself next, and says what is wrong with it
    return any(word in text for word in OUTWARD_WORDS)


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """As that pip reads it, its configuration with it."""
    from .pip import parse

    found = parse(host, argv, environ=around.environ, cwd=around.cwd, uid=around.uid, prefix=interpreter.prefix)
    if found.action is not Action.NONE and not found.wanted and not found.gaps:
        raise ForeignUsageError("nothing-named", f"pip is given nothing to {found.command}")
    return found
