"""A pixi workspace: a directory with its own conda environment. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request
from .conda_create import only_build_tools
from .names import pip_arguments, suggest_name
from .programs import find_tool, written
from .translate import translate
from .venv import at_home, collection


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """`pixi init` of a new directory, never in one that is there."""
    if request.action is not Action.INSTALL or only_build_tools(request):
        return
    tool = find_tool(facts, "pixi")
    if tool is None:
        return
    program, translation = written(facts, tool), translate(facts, request)
    directory = f"{collection(facts, '.pixi-envs')}/{suggest_name(facts, request, translation.python)}"
    manifest = ("--manifest-path", f"{directory}/pixi.toml")
    channels = facts.conda.channels or ("conda-forge",)
    rest = ("pip",) if translation.inside else ()
    steps = [Step((program, "init", *(word for channel in channels for word in ("-c", channel)), directory)),
             Step((program, "add", *manifest, f"python={translation.python}", *translation.specs, *rest))]
    if translation.inside:
        steps.append(Step((program, "run", *manifest, "python", "-m", "pip", "install",
                           *pip_arguments(request, translation.left))))
    steps.append(Step((program, "shell", *manifest)))
    yield at_home(facts, Remedy(
        "pixi", "a pixi workspace", Safety.SAFE, tuple(steps), note="; ".join(translation.notes),
        reason=f"{program} is on this machine", creates=directory))
