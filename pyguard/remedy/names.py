"""Names for new environments: derived from the request, valid everywhere, and free on this machine."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Optional

from ..model.facts import Facts
from ..model.request import Request, WantedDistribution

LONGEST = 40
DEVELOPMENT = "dev_env"    # for an editable install: where one works on the project
LOCK = re.compile(r"pylock(\.[^.]+)?\.toml$")    # PEP 751
RESERVED = frozenset({"base", "root"})


def suggest_name(facts: Facts, request: Request, minor: str = "") -> str:
    """`<first distribution or project directory>-py<minor>`, with a number where that is taken.

    An editable install gets `dev_env`, or `<project>-dev_env` where that is taken. Free means: no entry of that
    name in any directory of environments that was found. `minor` is the environment's Python, the interpreter's own
    where it is not given.
    """
    taken = {prefix.rstrip("/").rsplit("/", 1)[-1].lower() for prefix in facts.prefixes}
    stem = _stem(request)
    if any(wanted.editable for wanted in request.wanted):
        if DEVELOPMENT not in taken:
            return DEVELOPMENT
        return _first_free(f"{stem}-{DEVELOPMENT}", taken)
    minor = minor or facts.interpreter.minor
    return _first_free(f"{stem}-py{minor.replace('.', '')}" if minor else stem, taken)


def _stem(request: Request) -> str:
    first = next((wanted.name for wanted in request.wanted if wanted.name), "")
    stem = first or request.cwd.rstrip("/").rsplit("/", 1)[-1]
    stem = re.sub(r"[^a-z0-9._-]+", "-", stem.lower())[:LONGEST].strip("-._") or "new"
    return f"{stem}-env" if stem in RESERVED else stem


def _first_free(name: str, taken: set[str]) -> str:
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


def pip_arguments(request: Request, only: Optional[Sequence[WantedDistribution]] = None) -> tuple[str, ...]:
    """What to give a pip that installs the same thing elsewhere: requirements, files, options.

    `only`: the part of what is wanted that this pip is to install; a file any of it came from stays whole.
    """
    options = [*request.index_options, *request.pip_options]
    if any(setting.name in ("user", "no-user") for setting in request.settings):
        options.append("--no-user")    # pip in a venv stops at a configured `user = yes`
    return (*options, *operands(request, only))


def operands(request: Request, only: Optional[Sequence[WantedDistribution]] = None) -> tuple[str, ...]:
    """The requirements and files, in words that pip and uv share."""
    arguments = ["--no-deps"] if request.no_deps else []
    unread = [(option, value) for option, value in zip(request.unread[::2], request.unread[1::2])]
    files = [setting.value for setting in request.settings if setting.name == "requirement"]    # still hold there
    for wanted in request.wanted if only is None else only:
        file = _list_of(wanted)
        if file:
            if file not in files and ("-r", file) not in unread:
                files.append(file)
                arguments += ["-r", file]
        elif wanted.editable:
            arguments += ["-e", wanted.text.removeprefix("-e ").strip() or wanted.url]
        else:
            arguments.append(wanted.text)
    for file in constraint_files(request):
        if ("-c", file) not in unread:
            arguments += ["-c", file]
    return (*arguments, *request.unread)


def _list_of(wanted: WantedDistribution) -> str:
    """The file that `-r` takes; a group or a script is none, and what stands there goes by itself."""
    file, _, line = wanted.origin.rpartition(":")
    if line.isdigit():
        return file
    return wanted.origin if LOCK.match(posixpath.basename(wanted.origin)) else ""


def constraint_files(request: Request, absolute: bool = False) -> tuple[str, ...]:
    """The constraints files that the command line names; those from variables and configuration still hold."""
    configured = [setting.value for setting in request.settings if setting.name == "constraint"]
    files = dict.fromkeys(one.origin.rsplit(":", 1)[0] for one in request.constraints if one.origin)
    return tuple(posixpath.join(request.cwd, file) if absolute else file for file in files if file not in configured)
