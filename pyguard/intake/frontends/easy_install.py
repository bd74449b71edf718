"""easy_install as a frontend: setuptools' own installer, gone in setuptools 80 but for what distributions keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...host import Host
from ...model.facts import Interpreter
from ...model.request import Request
from .around import Around
from .setup_py import is_idle_easy_install, read_easy_install

NAME = "easy_install"
PROGRAMS = ("easy_install",)
MODULES = ("easy_install", "setuptools.command.easy_install")


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """`--help`, `--version`, or nothing to install."""
    return not read_easy_install(argv[1:]) or is_idle_easy_install(argv[1:])


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """The one that it runs on."""
    return around.python_of(around.program)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """`--user`, `--prefix`, `--install-dir`."""
    return any(word in ("--user", "--prefix", "--target", "--root") for word in read_easy_install(argv[1:]))


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """What is named; it reads none of pip's variables."""
    from .pip_calls import request_of, without_settings

    return request_of(host, NAME, argv, read_easy_install(argv[1:]), without_settings(around), interpreter)
