"""A pdm command line and its configuration -> Request: what the global project would write.

Only `--global`, and the fallback to the global project, lead to a Python that is no environment: without a
virtual environment a project of its own has `__pypackages__` (measured with pdm 2.29, whatever `use_venv` says).
It does not read EXTERNALLY-MANAGED, and never turns to the user site by itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ...host import Host
from ...model.facts import Interpreter
from ...model.paths import absolute
from ...model.request import Action, Destination, Request, Scheme
from ..local_projects import read_toml, table_in
from .around import Around
from .command_line import Grammar, Said, read_words

NAME = "pdm"
PROGRAMS = ("pdm",)
MODULES = ("pdm",)
INSTALLING = ("add", "install", "remove", "sync", "update", "up")
GENERAL_VALUES = "--config -c --project -p --lockfile -L --override --pep582 --venv"
GENERAL_FLAGS = """--dry-run --global -g --ignore-python -I --no-cache -n --non-interactive --quiet -q --verbose
 -v --version -V --frozen-lockfile --no-lock"""
GENERAL = Grammar("pdm", GENERAL_VALUES, GENERAL_FLAGS, abbreviated=True)
COMMAND = Grammar("pdm", f"""{GENERAL_VALUES} --config-setting -C --editable -e --exclude-newer --group -G
 --skip -k --strategy -S --with --without""", f"""{GENERAL_FLAGS} --check --clean --clean-unselected --dev -d
 --fail-fast -x --no-default --no-editable --no-isolation --no-self --no-sync --no-clean --only-keep --prod
 --production --reinstall -r --save-compatible --save-exact --save-minimum --save-safe-compatible
 --save-wildcard --prerelease --pre --stable --top -t --outdated --update-all --update-eager --update-reuse
 --update-reuse-installed --unconstrained -u --plugins --no-extras --recursive --no-requirement""", abbreviated=True)


def changes_nothing(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    """All but add, install, remove, sync and update."""
    command, said = _read(argv)
    return command not in INSTALLING or said.helped or said.has("--dry-run", "--no-sync")


def choose_interpreter(host: Host, argv: Sequence[str], around: Around) -> str:
    """The one that was saved for the global project, else the first on PATH; empty without a global project."""
    _command, said = _read(argv)
    project = _global_project(host, said, around)
    if not project:
        return ""
    named = around.environ.get("PDM_PYTHON", "")
    try:
        saved = host.read_text(f"{project}/.pdm-python", 4096).strip()
    except OSError:
        saved = ""
    if (named or saved) and not around.is_set("PDM_IGNORE_SAVED_PYTHON"):
        return named or saved
    return around.find("python") or around.find("python3")


def leaves_environment(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> bool:
    """`global_project.user_site`."""
    return _config(host, around).get("user_site") is True


def parse_request(host: Host, argv: Sequence[str], around: Around, interpreter: Interpreter) -> Request:
    """What is named, or what the global project's lock file or pyproject.toml asks for."""
    from .operands import Operands, read_operands
    from .project_files import read_project

    command, said = _read(argv)
    found = Operands()
    if command in ("add", "remove"):
        found = read_operands(host, said._replace(options=tuple(one for one in said.options if one[0] in (
            "-e", "--editable"))), around)
    elif not said.words:
        found = read_project(host, _global_project(host, said, around), "pdm.lock")
    user = _config(host, around).get("user_site") is True
    return Request(NAME, tuple(argv), Action.UNINSTALL if command == "remove" else Action.INSTALL, command, around.uid,
                   around.cwd, found.wanted, destination=Destination(
                       Scheme.USER if user else Scheme.DEFAULT, user=user,
                       asked_by=said.origin("-g", "--global") or "the fallback to the global project"),
                   upgrade=command in ("update", "up"),
                   gaps=(*found.gaps, *(f"pdm's {name} is not known here" for name in said.unknown)))


def _read(argv: Sequence[str]) -> tuple[str, Said]:
    before = read_words(argv[1:], GENERAL, leading=True)
    if before.helped or not before.words:
        return "", before
    after = read_words(before.words[1:], COMMAND)
    return before.words[0], after._replace(options=(*before.options, *after.options))


def _config(host: Host, around: Around) -> Mapping[str, object]:
    """[global_project] of pdm's own configuration."""
    directory = os.path.join(around.environ.get("XDG_CONFIG_HOME") or f"{around.home}/.config", "pdm")
    path = around.environ.get("PDM_CONFIG_FILE") or f"{directory}/config.toml"
    return table_in(read_toml(host, path)[0], "global_project")


def _global_project(host: Host, said: Said, around: Around) -> str:
    """Its directory where this command uses it, else empty."""
    config = _config(host, around)
    named = said.value("-p", "--project") or around.environ.get("PDM_PROJECT", "")
    if said.has("-g", "--global"):
        if named:
            return absolute(named, around.cwd)
    elif named or config.get("fallback") is not True or _finds_project(host, around):
        return ""
    default = os.path.join(around.environ.get("XDG_CONFIG_HOME") or f"{around.home}/.config", "pdm", "global-project")
    path = config.get("path")
    return path.replace("~", around.home, 1) if isinstance(path, str) else default


def _finds_project(host: Host, around: Around) -> bool:
    from .project_files import find_upwards

    return any(find_upwards(host, around.cwd, name) for name in ("pyproject.toml", "pdm.toml"))
