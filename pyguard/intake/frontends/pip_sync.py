"""A pip-sync command line (pip-tools) and its configuration -> Request: what it has pip install and uninstall.

It runs `PYTHON -m pip install -r`, where PYTHON is its own unless `--python-executable` names another; what is
installed there and not asked for it uninstalls.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import ForeignUsageError
from ...host import Host
from ...model.facts import Interpreter
from ...model.paths import absolute
from ...model.request import Request
from ..local_projects import read_toml, table_in
from .around import Around, named_interpreter
from .command_line import Grammar, Said, read_words
from .pip_frontend import is_led_outward

NAME = "pip-sync"
PROGRAMS = ("pip-sync",)
MODULES = ("piptools",)
GRAMMAR = Grammar("pip-sync", """--cert --client-cert --config --extra-index-url --find-links -f --index-url -i
 --pip-args --python-executable --trusted-host""", """--ask -a --dry-run -n --force --no-config --no-index --quiet -q
 --user --verbose -v --version""")
DEFAULT_FILE = "requirements.txt"


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """`python -m piptools` has another command besides sync."""
    said = _read(argv)
    return said is None or said.helped or said.has("--dry-run", "-n", "--version")


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """`--python-executable`, else its own."""
    said = _read(argv)
    if said is None:
        return ""
    named = said.value("--python-executable") or _text(_settings(host, said, around).get("python_executable"))
    return named_interpreter(host, named, around) if named else around.python_of(around.program)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """By what it gives to pip, or by what pip goes by itself."""
    said = _read(argv)
    return said is not None and (bool(_arguments(host, said, around)) or is_led_outward(host, around, interpreter))


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """pip's request for the files that are named."""
    from .pip_calls import request_of

    said = _read(argv) or Said()
    files = (*said.words, *said.end) or (DEFAULT_FILE,)
    words = ["install", *_arguments(host, said, around)]
    for file in files:
        words += ["-r", file]
    return request_of(host, NAME, argv, words, around, interpreter,
                      gaps=("what is installed and not asked for would be uninstalled",))


def _read(argv: Sequence[str]) -> Said | None:
    """None for `python -m piptools compile`."""
    words = tuple(argv[1:])
    if os.path.basename(argv[0]) == "piptools":
        if words[:1] != ("sync",):
            return None
        words = words[1:]
    return read_words(words, GRAMMAR)


def _settings(host: Host, said: Said, around: Around) -> Mapping[str, Any]:
    """[tool.pip-tools] and [tool.pip-tools.sync] of `--config`, .pip-tools.toml or pyproject.toml; keys with `_`."""
    if said.has("--no-config"):
        return {}
    named = said.value("--config")
    for name in (named,) if named else (".pip-tools.toml", "pyproject.toml"):
        table, _gap = read_toml(host, absolute(name, around.cwd))
        tools = table_in(table_in(table, "tool"), "pip-tools")
        if tools:
            both = {**tools, **table_in(tools, "sync")}
            return {key.replace("-", "_"): value for key, value in both.items()}
    return {}


def _arguments(host: Host, said: Said, around: Around) -> tuple[str, ...]:
    """What is handed on to pip."""
    settings = _settings(host, said, around)
    text = said.value("--pip-args") or _text(settings.get("pip_args"))
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ForeignUsageError("bad-option", f"pip-sync's --pip-args cannot be read: {error}") from error
    user = ("--user",) if said.has("--user") or settings.get("user") is True else ()
    return (*user, *words)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
