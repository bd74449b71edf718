"""The environment that is already active: the install goes there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request
from .conda_create import PROGRAMS, channel_arguments
from .names import pip_arguments
from .programs import find_tool, written
from .translate import Translation, translate

VENV = "active-venv"
CONDA = "active-conda"


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """Where a venv or a named conda environment is active that the user may change, and pip was another one's."""
    if request.action is not Action.INSTALL or not (request.wanted or request.unread):
        return
    active = find_tool(facts, VENV, CONDA)
    if active is None or active.path == facts.interpreter.prefix:
        return
    conda = find_tool(facts, *PROGRAMS) if active.name == CONDA else None
    name = active.path.rsplit("/", 1)[-1]
    if conda is not None and active.version == "named":
        steps = _with_conda(facts, written(facts, conda), name, request, translate(facts, request))
    else:
        steps = (Step((f"{active.path}/bin/python", "-m", "pip", "install", *anew(request),
                       *pip_arguments(request))),)
    yield Remedy("active-environment", f"the active environment, {name}", Safety.CHANGES_ENVIRONMENT, steps,
                 reason=f"{active.path} is active in this shell")


def _with_conda(facts: Facts, program: str, name: str, request: Request, translation: Translation) -> tuple[Step, ...]:
    """`conda install` adds to an environment; only `conda create` deletes one. Its Python stays what it is."""
    steps = []
    if translation.specs:
        steps.append(Step((program, "install", "-n", name, *channel_arguments(facts, request), *translation.specs)))
    if translation.inside:
        steps.append(Step((program, "run", "-n", name, "python", "-m", "pip", "install",
                           *anew(request), *pip_arguments(request, translation.left))))
    return tuple(steps)


def anew(request: Request) -> tuple[str, ...]:
    """What is only of use where something may be there already."""
    asked = (("--upgrade", request.upgrade), ("--force-reinstall", request.force_reinstall),
             ("--ignore-installed", request.ignore_installed and not request.destination.path))
    return tuple(option for option, given in asked if given)
