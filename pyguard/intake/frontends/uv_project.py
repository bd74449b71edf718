"""uv's project commands -> the Python that they change, where that is not a virtual environment's.

uv takes UV_PROJECT_ENVIRONMENT and, with `--active`, VIRTUAL_ENV for whatever they name, a whole Python as well, and so
it takes a `.venv` that is a link to one; EXTERNALLY-MANAGED it does not read then. Measured with uv 0.13.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...host import Host
from ...model.paths import absolute
from ..local_projects import read_toml, table_in
from .around import Around, python_in
from .command_line import Said, read_words
from .uv_options import GENERAL

COMMANDS = ("add", "remove", "run", "sync", "version")


class Named(NamedTuple):
    """The directory as it was named, and what named it. `inside`: of the project, which it is relative to."""

    directory: str
    asked_by: str
    inside: bool


def syncs(argv: Sequence[str]) -> bool:
    """Whether it is a project command that changes an environment, whichever."""
    said = _read(argv)
    asks = said.words[0] == "version" and len(said.words) == 1 and not said.has("--bump")
    return said.words[0] in COMMANDS and not said.helped and not asks


def named_environment(argv: Sequence[str], environ: Mapping[str, str]) -> Named:
    """The active environment goes before the variable, and that before the project's own."""
    active = environ.get("VIRTUAL_ENV", "") if "--active" in argv else ""
    if active:
        return Named(active, "--active", inside=False)
    named = environ.get("UV_PROJECT_ENVIRONMENT", "")
    return Named(named, "UV_PROJECT_ENVIRONMENT", inside=True) if named else Named(".venv", ".venv", inside=True)


def project_python(host: Host, argv: Sequence[str], around: Around) -> str:
    """The interpreter, where it is no virtual environment's; where there is none yet, uv makes an environment."""
    found, said = named_environment(argv, around.environ), _read(argv)
    directory = working_directory(said, around)
    if found.inside and not found.directory.startswith("/"):
        project = absolute(said.value("--project") or around.environ.get("UV_PROJECT", ""), directory)
        directory = _root(host, project)
    prefix = absolute(found.directory, directory)
    python = python_in(host, prefix)
    return "" if host.exists(f"{prefix}/pyvenv.cfg") or not host.exists(python) else python


def working_directory(said: Said, around: Around) -> str:
    """`--directory`, or the variable for it."""
    named = said.value("--directory") or around.environ.get("UV_WORKING_DIR", "")
    return absolute(named, around.cwd) if named else around.cwd


def _read(argv: Sequence[str]) -> Said:
    """Options of uv and of its command; what follows `run`'s program is not for uv."""
    before = read_words(argv[1:], GENERAL, leading=True)
    words = before.words or ("",)
    after = read_words(words[1:], GENERAL, leading=words[0] == "run")
    return after._replace(options=(*before.options, *after.options), words=(words[0], *after.words),
                          helped=before.helped or after.helped)


def _root(host: Host, directory: str) -> str:
    """Where the project is, or the workspace that it belongs to: the nearest pyproject.toml that says so."""
    nearest = ""
    at = directory
    while at.startswith("/"):
        path = f"{at.rstrip('/')}/pyproject.toml"
        if host.is_file(path):
            nearest = nearest or at
            if "workspace" in table_in(table_in(read_toml(host, path)[0], "tool"), "uv"):
                return at
        if at == "/":
            break
        at = os.path.dirname(at)
    return nearest or directory
