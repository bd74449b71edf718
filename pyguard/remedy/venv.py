"""A virtual environment of its own, with whatever this machine still lacks to make one."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.remedy import Remedy, Safety, Step
from ..model.request import Action, Request
from .names import pip_arguments, suggest_name


def propose(facts: Facts, request: Request) -> Iterator[Remedy]:
    """`python3 -m venv` and its pip.

    Debian ships `venv` without `ensurepip` (python3-venv has it). Without it the environment is made
    empty, and pyguard's own pip installs into it (`pip --python`, pip 22.3): nothing of the OS changes.
    """
    if request.action is not Action.INSTALL or not request.wanted:
        return
    tools = {tool.name: tool for tool in facts.tools}
    directory = f"{facts.environment.home.rstrip('/')}/.venvs/{suggest_name(facts, request)}"
    python = facts.interpreter.path
    arguments = pip_arguments(request)
    complete = (Step((python, "-m", "venv", directory)),
                Step((f"{directory}/bin/pip", "install", *arguments)))
    if "ensurepip" in tools:
        yield Remedy("venv", "a virtual environment", Safety.SAFE, complete)
    elif "pyguard-pip" in tools:
        own = tools["pyguard-pip"].path
        yield Remedy("venv", "a virtual environment", Safety.SAFE, (
            Step((python, "-m", "venv", "--without-pip", directory)),
            Step((own, "-I", "-m", "pip", "--python", f"{directory}/bin/python", "install", *arguments))))
    elif request.uid == 0 and "apt-get" in tools:
        package = f"python{facts.interpreter.minor}-venv"
        yield Remedy("venv", "a virtual environment", Safety.CHANGES_OS,
                     (Step(("apt-get", "install", "-y", package), needs_root=True), *complete))
    else:
        yield Remedy("venv", "a virtual environment", Safety.SAFE, complete, runnable=False,
                     note="python3 -m venv needs the package python3-venv here; ask the administrator for it")
