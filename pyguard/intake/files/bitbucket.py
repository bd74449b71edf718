"""Bitbucket Pipelines: each step's `script` in one shell, in the step's image or the file's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import compose, is_mapping, items, line_of, mapping, text_of, texts

KIND = "bitbucket"
DEFAULT_IMAGE = "atlassian/default-image"    # Bitbucket's own where none is named
MAX_DEPTH = 8    # branches, a pattern, a stage, parallel steps


def claims(path: str, head: str) -> bool:
    """bitbucket-pipelines.yml."""
    return path.rsplit("/", 1)[-1].endswith(("bitbucket-pipelines.yml", "bitbucket-pipelines.yaml"))


def read(file: FileText, repository: Repository) -> Reading:
    """Every step that a pipeline has; those of `definitions` where one takes them over by an alias."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    lines = file.text.split("\n")
    for step in _steps(root.get("pipelines"), set()):
        state = _first_state(step, root, file.path, repository)
        if state is None:
            continue
        run_lines([step.get("script"), step.get("after-script")], state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _steps(node: Any, seen: set[int], depth: int = 0) -> Iterator[dict[str, Any]]:
    """What several pipelines take over by an alias is one node, and comes once."""
    for each in items(node):
        if id(each) in seen or depth > MAX_DEPTH:
            continue
        seen.add(id(each))
        for key, value in mapping(each).items():
            if key != "step":
                yield from _steps(value, seen, depth + 1)
            elif is_mapping(value):
                yield mapping(value)


def _first_state(step: dict[str, Any], root: dict[str, Any], path: str, repository: Repository) -> Optional[State]:
    runner = " ".join(texts(step.get("runs-on")))
    if "windows" in runner:
        return None
    if "macos" in runner or "linux.shell" in runner:    # a machine, and no container
        return State(HostName("macos" if "macos" in runner else "", f"runs-on: {runner}"), User.ORDINARY)
    node = step.get("image") or root.get("image")
    image = text_of(mapping(node).get("name")) or text_of(node)
    if not image:
        return image_state(DEFAULT_IMAGE, "no image: Bitbucket's default image", path, repository)
    return image_state(image, f"image: {image}, line {line_of(node)}", path, repository)
