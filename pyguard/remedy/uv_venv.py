"""A virtual environment made and filled by uv, which needs no ensurepip and no pip. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request
from .programs import find_tool, written
from .uv_arguments import uv_arguments, uv_note
from .venv import at_home, environment_directory


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """With the same Python as the one that was refused."""
    tool = find_tool(facts, "uv")
    if request.action is not Action.INSTALL or not (request.wanted or request.unread) or tool is None:
        return
    words = uv_arguments(request)
    if words is None:
        return
    program, directory = written(facts, tool), environment_directory(facts, request)
    yield at_home(facts, Remedy("uv-venv", "a virtual environment (uv)", Safety.SAFE, (
        Step((program, "venv", "--python", facts.interpreter.path, directory)),
        Step((program, "pip", "install", "--python", f"{directory}/bin/python", *words))),
        reason=f"{program} is on this machine", note=uv_note(request), creates=directory))
