"""get-pip.py and ensurepip as one frontend: a pip that installs pip."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ...errors import ForeignUsageError
from ...host import Host
from ...model.facts import Interpreter
from ...model.frozen import replace
from ...model.request import Request
from .around import Around
from .command_line import Grammar, read_words
from .pip_frontend import is_led_outward

NAME = "bootstrap"
PROGRAMS = ("get-pip.py", "ensurepip")
MODULES = ("ensurepip",)
LIMIT = 256 * 1024
OWN_OPTIONS = ("--no-setuptools", "--no-wheel")
ENSUREPIP = Grammar("ensurepip", "--root", "--altinstall --default-pip --upgrade -U --user --verbose -v --version",
                    abbreviated=True)


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """`--help` and `--version`."""
    if _is_ensurepip(argv):
        said = read_words(argv[1:], ENSUREPIP)
        return said.helped or said.has("--version")
    return any(word in ("-h", "--help", "-V", "--version", "--dry-run") for word in argv[1:])


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """The Python that runs it."""
    return around.python_of(around.program)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """By options, or by what pip goes by itself; ensurepip takes all of that away from it."""
    if _is_ensurepip(argv):
        return len(_words(argv)) > 2
    return any(word.startswith("-") for word in argv[1:]) or is_led_outward(host, around, interpreter)


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """pip's own request for pip."""
    from .pip_calls import request_of, without_settings

    if _is_ensurepip(argv) and _is_disabled(host, interpreter):
        raise ForeignUsageError("disabled", "Debian's ensurepip refuses outside of a virtual environment")
    own = without_settings(around) if _is_ensurepip(argv) else around
    found = request_of(host, "ensurepip" if _is_ensurepip(argv) else "get-pip", argv, _words(argv), own, interpreter)
    return replace(found, command="")


def _is_disabled(host: Host, interpreter: Interpreter) -> bool:
    """Debian's patch of ensurepip, ensurepip-disabled.diff, which is not for virtual environments."""
    if interpreter.prefix != interpreter.base_prefix:
        return False
    try:
        text = host.read_text(f"{interpreter.stdlib}/ensurepip/__init__.py", LIMIT)
    except OSError:
        return False    # there is none: Python says so
    return "ensurepip is disabled in Debian" in text


def _is_ensurepip(argv: Sequence[str]) -> bool:
    return os.path.basename(argv[0]) == "ensurepip"


def _words(argv: Sequence[str]) -> tuple[str, ...]:
    if _is_ensurepip(argv):
        said = read_words(argv[1:], ENSUREPIP)
        root = ("--root", said.value("--root")) if said.has("--root") else ()
        return ("install", *root, *(("--user",) if said.has("--user") else ()), "pip")
    words = [word for word in argv[1:] if word not in OWN_OPTIONS]
    named = any(word.startswith("pip") for word in words)
    return ("install", "--upgrade", "--force-reinstall", *words, *(() if named else ("pip",)))
