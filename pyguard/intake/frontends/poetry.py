"""A poetry command line, its configuration -> Request: what `virtualenvs.create = false` lets out.

Then poetry installs for the Python that it was itself installed with, the base one where it lies in a
virtual environment (EnvManager.get_system_env, 1.8 to 2.5). It does not read EXTERNALLY-MANAGED.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ...host import Host
from ...model.facts import Interpreter
from ...model.paths import normalize
from ...model.request import Action, Destination, Request
from ..local_projects import read_toml, table_in
from .around import Around, base_interpreter, python_in
from .command_line import Grammar, Said, read_words

NAME = "poetry"
PROGRAMS = ("poetry",)
MODULES = ("poetry",)
INSTALLING = ("add", "install", "remove", "sync", "update")
OWN = tuple(f"self {command}" for command in INSTALLING)    # plugins, for the Python that poetry runs on
GENERAL_VALUES = "--directory -C --project -P"
GENERAL_FLAGS = """--ansi --no-ansi --no-cache --no-interaction -n --no-plugins --quiet -q --verbose -v
 --version -V"""
GENERAL = Grammar("poetry", GENERAL_VALUES, GENERAL_FLAGS)
COMMAND = Grammar("poetry", f"""{GENERAL_VALUES} --extras -E --group -G --markers --only --optional --platform
 --python --source --with --without""", f"""{GENERAL_FLAGS} --all-extras --all-groups --allow-prereleases --compile
 --dev -D --dry-run --editable -e --lock --no-dev --no-directory --no-root --only-root --remove-untracked --sync
 --preview""")


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """All but add, install, remove, sync and update, of the project or of poetry itself."""
    command, said = _read(argv)
    return command not in (*INSTALLING, *OWN) or said.helped or said.has("--dry-run", "--lock")


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """Empty where poetry makes or uses a virtual environment of the project."""
    command, said = _read(argv)
    own = around.python_of(around.program)
    if command in OWN:
        return own
    prefix = around.environ.get("VIRTUAL_ENV") or around.environ.get("CONDA_PREFIX", "")
    if prefix and around.environ.get("CONDA_DEFAULT_ENV") != "base":
        return python_in(host, prefix)
    directory = _directory(host, said, around)
    if _setting(host, directory, around, "in-project") != "false" and host.is_dir(f"{directory}/.venv"):
        return ""
    if _setting(host, directory, around, "create") != "false":
        return ""
    return base_interpreter(host, own)


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """poetry has no option for another place; where it may not write, it turns to the user's."""
    return not (interpreter.writable or around.uid == 0)


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """What is named, or what the project's lock file or pyproject.toml asks for."""
    from .operands import Operands, read_operands
    from .project_files import read_project

    command, said = _read(argv)
    verb = command.rpartition(" ")[2]
    found = Operands()
    if verb in ("add", "remove"):
        found = read_operands(host, said._replace(options=()), around)
    elif command not in OWN:
        found = read_project(host, _directory(host, said, around), "poetry.lock")
    asked_by = "poetry's own Python" if command in OWN else _origin(host, _directory(host, said, around), around)
    return Request(NAME, tuple(argv), Action.UNINSTALL if verb == "remove" else Action.INSTALL, command, around.uid,
                   around.cwd, found.wanted, destination=Destination(asked_by=asked_by), upgrade=verb == "update",
                   gaps=(*found.gaps, *(f"poetry's {name} is not known here" for name in said.unknown)))


def _read(argv: Sequence[str]) -> tuple[str, Said]:
    before = read_words(argv[1:], GENERAL, leading=True)
    if before.helped or not before.words:
        return "", before
    command, *rest = before.words
    if command == "self" and rest:
        command, *rest = (f"self {rest[0]}", *rest[1:])
    after = read_words(rest, COMMAND)
    return command, after._replace(options=(*before.options, *after.options))


def _directory(host: Host, said: Said, around: Around) -> str:
    """The project's, found upwards from where poetry was sent."""
    from .project_files import find_upwards

    start = normalize(os.path.join(around.cwd, said.value("-C", "--directory"), said.value("-P", "--project")))
    return find_upwards(host, start, "pyproject.toml") or start


def _files(directory: str, around: Around) -> tuple[str, str]:
    """poetry.toml beside the project, then the user's; POETRY_CONFIG_DIR moves that one."""
    config = around.environ.get("POETRY_CONFIG_DIR") or os.path.join(
        around.environ.get("XDG_CONFIG_HOME") or f"{around.home}/.config", "pypoetry")
    return f"{directory}/poetry.toml", f"{config}/config.toml"


def _setting(host: Host, directory: str, around: Around, name: str) -> str:
    """`virtualenvs.NAME`: "true", "false", or empty where nobody has said anything."""
    variable = around.environ.get("POETRY_VIRTUALENVS_" + name.upper().replace("-", "_"))
    if variable is not None:
        return "true" if variable.lower() in ("true", "1") else "false"
    for path in _files(directory, around):
        value = table_in(read_toml(host, path)[0], "virtualenvs").get(name)
        if value is not None:
            return "true" if value is True or str(value).lower() in ("true", "1") else "false"
    return ""


def _origin(host: Host, directory: str, around: Around) -> str:
    if "POETRY_VIRTUALENVS_CREATE" in around.environ:
        return "POETRY_VIRTUALENVS_CREATE"
    for path in _files(directory, around):
        if "create" in table_in(read_toml(host, path)[0], "virtualenvs"):
            return f"virtualenvs.create in {path}"
    return "the active environment"
