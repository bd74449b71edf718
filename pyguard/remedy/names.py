"""Names for new environments: derived from the request, valid everywhere, and free on this machine."""

from __future__ import annotations

import re

from ..model.facts import Facts
from ..model.request import Request

LONGEST = 40
FILE_SETTINGS = ("requirement", "constraint")


def suggest_name(facts: Facts, request: Request) -> str:
    """`<first distribution or project directory>-py<minor>`, with a number where that is taken.

    Free means: no directory of that name among the environments that were found.
    """
    first = next((wanted.name for wanted in request.wanted if wanted.name), "")
    stem = first or request.cwd.rstrip("/").rsplit("/", 1)[-1]
    stem = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:LONGEST] or "new"
    if stem in ("base", "root"):
        stem += "-env"
    name = f"{stem}-py{facts.interpreter.minor.replace('.', '')}" if facts.interpreter.minor else stem
    taken = {prefix.rstrip("/").rsplit("/", 1)[-1] for prefix in facts.prefixes}
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


def pip_arguments(request: Request) -> tuple[str, ...]:
    """What to give a pip that installs the same thing elsewhere: requirements, files, index options."""
    arguments: list[str] = list(request.index_options)
    files = [setting.value for setting in request.settings if setting.name in FILE_SETTINGS]    # still hold there
    for wanted in request.wanted:
        file = wanted.origin.rsplit(":", 1)[0]
        if file:
            if file not in files:
                files.append(file)
                arguments += ["-r", file]
        elif wanted.editable:
            arguments += ["-e", wanted.url or wanted.text]
        else:
            arguments.append(wanted.text)
    for constraint in request.constraints:
        file = constraint.origin.rsplit(":", 1)[0]
        if file and file not in files:
            files.append(file)
            arguments += ["-c", file]
    return tuple(arguments)
