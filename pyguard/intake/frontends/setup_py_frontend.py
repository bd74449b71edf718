"""`setup.py install` and `develop` as a frontend: distutils' options, read as the pip command that writes there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ...host import Host
from ...model.facts import Interpreter
from ...model.frozen import replace
from ...model.paths import absolute
from ...model.request import Request
from .around import Around
from .setup_py import installing_command, is_idle_setup, read_setup

NAME = "setup.py"
PROGRAMS = ("setup.py",)
MODULES: tuple[str, ...] = ()


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """`sdist`, `bdist_wheel`, `--help` and the like."""
    return not read_setup(argv[1:], ".") or is_idle_setup(argv[1:])


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """The Python that runs the script."""
    return around.python_of(around.program)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """`--user`, `--prefix` and their like."""
    return len(read_setup(argv[1:], ".")) > 2


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """The project beside the script."""
    from .pip_calls import request_of, without_settings

    directory = os.path.dirname(absolute(argv[0], around.cwd))
    words = read_setup(argv[1:], "." if directory == around.cwd else directory)
    found = request_of(host, NAME, argv, words, without_settings(around), interpreter)
    return replace(found, command=installing_command(argv[1:]))
