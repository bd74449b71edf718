"""Buildkite: each step's commands are one script, in the image that the docker plugin names, else on an agent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..circumstances import Active, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import compose, is_mapping, items, line_of, mapping, text_of
from .yaml_variables import variables_given

KIND = "buildkite"
MAX_DEPTH = 3    # a group within the file's own list


def claims(path: str, head: str) -> bool:
    """.buildkite/*.yml, buildkite.yml."""
    return path.endswith((".yml", ".yaml")) and "buildkite" in path and (
        "steps:" in head or "command" in head)


def read(file: FileText, repository: Repository) -> Reading:
    """The steps of the file and of its groups."""
    node = compose(file.text)
    root = mapping(node)
    shell = ShellRun(lambda name, cwd: repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    for step in _steps(root.get("steps") if root else node):
        state = _first_state(step, file.path, repository)
        with variables_given([root.get("env"), step.get("env")], state, file.path, shell):
            run_lines([step.get("commands") or step.get("command")], state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _steps(node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    for each in items(node) if depth < MAX_DEPTH else ():
        step = mapping(each)
        yield step
        yield from _steps(step.get("steps"), depth + 1)


def _first_state(step: dict[str, Any], path: str, repository: Repository) -> State:
    """An agent may be any machine; a service of a compose file has a Python that its image brings."""
    for plugin in items(step.get("plugins")):
        for name, node in mapping(plugin).items() if is_mapping(plugin) else [(text_of(plugin), None)]:
            name = name.partition("#")[0].rsplit("/", 1)[-1]
            image = mapping(node).get("image")
            if name == "docker" and image is not None:
                return image_state(text_of(image), f"image: {text_of(image)}, line {line_of(image)}", path, repository)
            if name == "docker-compose":
                state = State(HostName(), User.UNKNOWN)
                state.activate(Active(Ground.UNKNOWN, "", "docker-compose: the service's image has the Python"))
                return state
    return State(HostName(), User.UNKNOWN)
