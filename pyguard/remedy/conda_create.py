"""A conda environment of its own: the `conda create` command that gets what pip was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request
from .names import pip_arguments, suggest_name
from .programs import find_tool, written
from .translate import CONDA, Translation, translate

PROGRAMS = ("conda", "mamba", "micromamba")
HOW_TO_GET = "conda is not on this machine: https://conda-forge.org/download/ has the installer"
LATER = "this is the way with conda, once it is there"
BUILD_TOOLS = frozenset({"pip", "setuptools", "wheel"})    # theirs is the environment's own business: a venv
DEFAULTS = re.compile(r"defaults$|(pkgs/)?(main|r|msys2)$|https?://[^/]*\banaconda\.com/")


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """Creates a new environment, never one that is there: `conda create` deletes that first."""
    if request.action is not Action.INSTALL or not (request.wanted or request.unread) or only_build_tools(request):
        return
    tool = find_tool(facts, *PROGRAMS)
    program = written(facts, tool) if tool else "conda"
    translation = translate(facts, request)
    name = suggest_name(facts, request, translation.python)
    from_files = any(wanted.origin for wanted in request.wanted) and bool(translation.specs)
    files: tuple[tuple[str, str], ...] = ()
    steps = _from_words(program, name, facts, request, translation)
    if from_files:
        from .environment_file import render_environment_file

        files = ((f"{name}.yml", render_environment_file(name, facts, request, translation)),)
        steps = _from_file(program, name, request)
    yield Remedy(
        "conda-create", "a conda environment", Safety.SAFE,
        (*steps, Step((program, "activate", name))), note="; ".join(_notes(facts, program, bool(tool), translation)),
        runnable=tool is not None, reason=f"{program} is on this machine" if tool else LATER,
        creates=name, files=files)


def only_build_tools(request: Request) -> bool:
    """Nothing but pip and the like is asked for."""
    return not request.unread and all(wanted.name in BUILD_TOOLS for wanted in request.wanted)


def channel_arguments(facts: Facts, request: Request) -> tuple[str, ...]:
    """Those that conda was told; where nothing is configured conda-forge after them, and nothing beside it.

    Before 26.x conda adds Anaconda's own channels by itself, which pyguard never does.
    """
    told = request.index_options if request.frontend == CONDA else ()
    if facts.conda.channels or "--override-channels" in told:
        return told
    return ("--override-channels", *told, *(() if "conda-forge" in told else ("-c", "conda-forge")))


def _from_words(program: str, name: str, facts: Facts, request: Request, translation: Translation) -> tuple[Step, ...]:
    has_python = any(wanted.name == "python" for wanted in request.wanted)
    python = () if has_python else (f"python={translation.python}",)
    create = (program, "create", "-n", name, *channel_arguments(facts, request), *python, *translation.specs)
    if not translation.inside:
        return (Step(create),)
    return (Step((*create, "pip")),
            Step((program, "run", "-n", name, "python", "-m", "pip", "install",
                  *pip_arguments(request, translation.left))))


def _from_file(program: str, name: str, request: Request) -> tuple[Step, ...]:
    create = ("create",) if program.endswith("micromamba") else ("env", "create")
    return (Step(("pyguard", "explain", "--environment-file", f"{name}.yml", *request.typed)),
            Step((program, *create, "-n", name, "-f", f"{name}.yml")))


def _notes(facts: Facts, program: str, there: bool, translation: Translation) -> Iterator[str]:
    if not there:
        yield HOW_TO_GET
    elif not facts.conda.ready:
        how = "shell init -s SHELL" if program.endswith("micromamba") else "init"
        yield f"where the shell does not know `activate` yet: {program} {how}, and a new shell"
    if any(DEFAULTS.match(channel) for channel in facts.conda.channels):
        yield ("the channel `defaults` is configured here: Anaconda's own, whose terms ask larger organisations"
               " for a licence")
    yield from translation.notes
