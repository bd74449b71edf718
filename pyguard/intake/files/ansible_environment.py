"""`environment:` of an Ansible play, block or task: what its PATH makes of the commands within."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...model.late_pattern import late
from ..circumstances import PATH_UNSAID
from ..shell.run import ShellRun
from ..shell.state import State
from .ansible_values import filled
from .yaml_nodes import strings
from .yaml_variables import report_switches, runs_the_hosts, variables_in

OWN_PATH = late(r"\{\{[^{}]*\bPATH\b[^{}]*\}\}|\$\{PATH\}")    # {{ ansible_env.PATH }}, {{ lookup('env', 'PATH') }}


def take_environment(environment: dict[str, str], variables: dict[str, str], state: State) -> None:
    """Export what it says. A PATH that begins with a variable which nobody sets leaves a doubt."""
    for name, value in environment.items():
        told = filled(value, variables)
        if name == "PATH":
            told = OWN_PATH.sub("$PATH", told)
            if told.startswith("{{") and state.classify_directory(told.partition(":")[0], "") is None:
                state.doubts.append(f"PATH begins with {value}, {PATH_UNSAID}")
        state.export({name: told}, f"environment: PATH is {told}")


@contextmanager
def environment_of(node: Any, variables: dict[str, str], state: State, path: str, shell: ShellRun) -> Iterator[None]:
    """It holds within; one that ends pip's guard is a command of its own where the host's own Python runs there."""
    take_environment(strings(node), variables, state)
    before = len(shell.found)
    yield
    if any(map(runs_the_hosts, shell.found[before:])):
        report_switches(variables_in(node), state, path, shell)
