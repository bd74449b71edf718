"""Cirrus CI: each `..._script` of a task in a shell of its own, in the task's container or on its machine."""

from __future__ import annotations

import os
from typing import Any, Optional

from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import built_state, image_state
from .repository import FileText, Repository
from .yaml_nodes import compose, items, line_of, mapping, pairs, source_of, text_of
from .yaml_variables import variables_given

KIND = "cirrus"
CONTAINERS = ("container", "arm_container", "docker_builder", "gke_container", "eks_container")
MACHINES = ("macos_instance", "osx_instance")
OTHERS = ("windows_container", "freebsd_instance")    # no Python that a package manager of Linux owns
PLACES = (*CONTAINERS, *MACHINES, *OTHERS, "compute_engine_instance", "gce_instance", "ec2_instance")


def claims(path: str, head: str) -> bool:
    """.cirrus.yml."""
    return path.rsplit("/", 1)[-1].endswith((".cirrus.yml", ".cirrus.yaml"))


def read(file: FileText, repository: Repository) -> Reading:
    """All tasks; those of a matrix once each."""
    node = compose(file.text)
    root = mapping(node)
    shell = ShellRun(lambda name, cwd: repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    for key, task in pairs(node):    # every task may be called `task`
        name = text_of(key)
        if name != "task" and not name.endswith("_task") and name != "docker_builder":
            continue
        for variant in items(mapping(task).get("matrix")) or [None]:
            given = {**mapping(task), **mapping(variant)}
            state = _first_state(given, root, file.path, repository)
            if state is not None:
                with variables_given([root.get("env"), given.get("env")], state, file.path, shell):
                    _scripts(given, state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _scripts(task: dict[str, Any], state: State, shell: ShellRun, lines: list[str], path: str) -> None:
    """What one leaves on disk the next one finds; the lines of a list are one script. A cache has one of its own."""
    for key, node in task.items():
        if key == "cache" or key.endswith("_cache"):
            key, node = "populate_script", mapping(node).get("populate_script")
        if key == "script" or key.endswith("_script"):
            inner = state.copy()
            for each in items(node):
                source = source_of(each, lines, path)
                if source is not None:
                    shell.run_script(source, inner)
            state.note_manager(inner.manager)
            state.private_versions |= inner.private_versions


def _first_state(task: dict[str, Any], root: dict[str, Any], path: str, repository: Repository) -> Optional[State]:
    place = next((each for level in (task, root) for each in PLACES if each in level), "")
    if place in OTHERS:
        return None
    if place in MACHINES:
        return State(HostName("macos", f"{place}:"), User.ORDINARY)
    node = mapping((task if place in task else root).get(place))
    image, recipe = text_of(node.get("image")), text_of(node.get("dockerfile"))
    if recipe:
        return built_state(os.path.normpath(recipe), repository) or State(HostName(), User.ROOT)
    if image and place in CONTAINERS:
        return image_state(image, f"image: {image}, line {line_of(node['image'])}", path, repository)
    if image:    # of a cloud's machine: family/ubuntu-2204-lts
        return State(HostName(image, f"image: {image}, line {line_of(node['image'])}"), User.ORDINARY)
    return State(HostName(), User.UNKNOWN)
