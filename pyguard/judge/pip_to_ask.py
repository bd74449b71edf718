"""Which pip would carry out a command, and on which interpreter: the one to be asked about it."""

from __future__ import annotations

import os

from ..host import Host
from ..intake.frontends.around import named_interpreter
from ..model.request import Request
from ..plan.ask_pip import RUNNER, pip_alone, pip_by_file, pip_elsewhere
from .identify import PYTHON_NAME, Caller, Command, describe_surroundings


def pip_to_ask(host: Host, command: Command, caller: Caller, python: str, request: Request) -> tuple[str, ...]:
    """The words before pip's own; `python` is the interpreter that the command was found to mean.

    `--python` and PIP_PYTHON take the calling interpreter's pip to another one; there, its file is the program.
    """
    program, named = command.program, request.destination.interpreter
    if os.path.basename(program) == RUNNER:
        return pip_by_file(python, program)
    if not named or request.frontend != "pip":
        return pip_alone(python)
    around = describe_surroundings(host, caller, program)
    called = program if PYTHON_NAME.match(os.path.basename(program)) else around.python_of(program)
    return pip_elsewhere(called, named_interpreter(host, named, around))
