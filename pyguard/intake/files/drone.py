"""Drone and Woodpecker: each step's `commands` in one shell, in the step's image."""

from __future__ import annotations

from typing import Any

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import compose_all, is_mapping, items, line_of, mapping, text_of
from .yaml_variables import variables_given

KIND = "drone"
MACHINES = frozenset(("exec", "ssh", "macstadium", "digitalocean"))    # types of pipelines that run in no container

OVER_SSH = late(r"(^|/)drone-ssh(:|$)")    # a plugin: its script runs on another host


def claims(path: str, head: str) -> bool:
    """.drone.yml, .woodpecker.yml and what lies in .woodpecker/."""
    name = path.rsplit("/", 1)[-1]
    return name.endswith((".yml", ".yaml")) and (
        ".drone." in f".{name}" or ".woodpecker." in f".{name}" or ".woodpecker/" in path)


def read(file: FileText, repository: Repository) -> Reading:
    """The steps of all pipelines of the file."""
    documents = compose_all(file.text)
    shell = ShellRun(lambda name, cwd: repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    for document in documents:
        root = mapping(document)
        if text_of(mapping(root.get("platform")).get("os")) == "windows":
            continue
        node = root.get("steps") or root.get("pipeline")
        for each in mapping(node).values() if is_mapping(node) else items(node):
            step = mapping(each)
            state = _first_state(step, root, file.path, repository)
            with variables_given([root.get("environment"), step.get("environment")], state, file.path, shell):
                run_lines([step.get("commands")], state, shell, lines, file.path)
            if OVER_SSH.search(text_of(step.get("image"))):
                far = State(HostName(), User.UNKNOWN)
                run_lines([mapping(step.get("settings")).get("script"), step.get("script")], far, shell, lines,
                          file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _first_state(step: dict[str, Any], root: dict[str, Any], path: str, repository: Repository) -> State:
    image = text_of(step.get("image"))
    if not image or text_of(root.get("type")) in MACHINES:
        return State(HostName(), User.UNKNOWN)
    return image_state(image, f"image: {image}, line {line_of(step['image'])}", path, repository)
