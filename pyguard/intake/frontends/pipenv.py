"""A pipenv command line and PIPENV_* variables -> Request: what `--system` has pip do.

pipenv 2026 runs `PYTHON -m pip install`, with everything that pip itself goes by: variables, pip.conf, the
active virtual environment first on PATH.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence

from ...errors import ForeignUsageError
from ...host import Host
from ...model.facts import Interpreter
from ...model.frozen import replace
from ...model.request import Request
from .around import Around, named_interpreter
from .command_line import Grammar, Said, read_words
from .pip_frontend import is_led_outward

NAME = "pipenv"
PROGRAMS = ("pipenv",)
MODULES = ("pipenv",)
INSTALLING = ("install", "sync", "uninstall", "update", "upgrade")
GENERAL_VALUES = "--python --pypi-mirror"
GENERAL_FLAGS = """--bare --clear --envs --man --no-site-packages --py --quiet -q --rm --site-packages --support
 --system --three --two --venv --verbose -v --version --where"""
GENERAL = Grammar("pipenv", GENERAL_VALUES, GENERAL_FLAGS)
COMMAND = Grammar("pipenv", f"""{GENERAL_VALUES} --categories --config-settings --editable -e --extra-index-url
 --extra-pip-args --extras --index -i --index-url --requirements --resolver -r""", f"""
 {GENERAL_FLAGS} --all --all-dev --clean --deploy --dev -d --dry-run --ignore-pipfile --keep-outdated --lock
 --lock-only --no-lock --outdated --pre --selective-upgrade --sequential --skip-lock""")


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """All but installing commands that are told to take the system's Python."""
    command, said = _read(argv)
    if command not in INSTALLING or said.helped or said.has("--dry-run", "--lock-only", "--outdated"):
        return True
    return not said.has("--system") and environ.get("PIPENV_SYSTEM", "").lower() in ("", "0", "false", "no", "n", "off")


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """PIPENV_PYTHON or `--python`, else the first python3 on PATH."""
    _command, said = _read(argv)
    named = said.value("--python") or around.environ.get("PIPENV_PYTHON", "")
    if named and "/" in named:
        return named_interpreter(host, named, around)
    if named[:1].isdigit():
        return around.find(f"python{named}") or around.find("python3")
    return around.find(named or "python3") or around.find("python")


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """By what it gives to pip, or by what pip goes by itself."""
    return bool(_extra(_read(argv)[1], around)) or is_led_outward(host, around, interpreter)


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """pip's request for what is named, or for what Pipfile.lock and Pipfile ask for."""
    from .operands import read_operands
    from .pip_calls import request_of
    from .project_files import find_upwards, read_pipfile

    command, said = _read(argv)
    named = read_operands(host, said._replace(options=tuple(
        one for one in said.options if one[0] in ("-e", "--editable", "-r", "--requirements"))), around)
    directory = os.path.dirname(around.environ.get("PIPENV_PIPFILE", "")) or find_upwards(host, around.cwd, "Pipfile")
    project = read_pipfile(host, directory) if directory and command != "uninstall" else named._replace(wanted=())
    verb = "uninstall" if command == "uninstall" else "install"
    words = (verb, *(() if verb == "uninstall" else _extra(said, around)))
    found = request_of(host, NAME, argv, words, around, interpreter, (*named.wanted, *project.wanted),
                       (*named.gaps, *project.gaps, *(f"pipenv's {name} is not known here" for name in said.unknown)))
    asked_by = "--system" if said.has("--system") else "PIPENV_SYSTEM"
    return replace(found, command=command, destination=replace(
        found.destination, asked_by=found.destination.asked_by or asked_by))


def _read(argv: Sequence[str]) -> tuple[str, Said]:
    before = read_words(argv[1:], GENERAL, leading=True)
    if before.helped or not before.words:
        return "", before
    after = read_words(before.words[1:], COMMAND)
    return before.words[0], after._replace(options=(*before.options, *after.options))


def _extra(said: Said, around: Around) -> tuple[str, ...]:
    text = said.value("--extra-pip-args") or around.environ.get("PIPENV_EXTRA_PIP_ARGS", "")
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ForeignUsageError("bad-option", f"pipenv's --extra-pip-args cannot be read: {error}") from error
