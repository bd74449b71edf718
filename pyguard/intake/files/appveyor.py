"""AppVeyor: the phases of the images that are not Windows, in one shell; `sh:` items, and lines of no named shell."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import Active, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import compose, is_mapping, items, line_of, mapping, text_of
from .yaml_variables import variables_given

KIND = "appveyor"
PHASES = ("init", "install", "before_build", "build_script", "after_build", "before_test", "test_script", "after_test",
          "before_deploy", "deploy_script", "after_deploy", "on_success", "on_failure", "on_finish")
RELEASE = late(r"ubuntu(\d\d)(\d\d)$", re.I)    # Ubuntu2204


def claims(path: str, head: str) -> bool:
    """appveyor.yml, with a dot before it or a name after it."""
    return "appveyor" in path.rsplit("/", 1)[-1]


def read(file: FileText, repository: Repository) -> Reading:
    """The top level for each image, and each part of `for:` for those that it names."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    for part in (root, *map(mapping, items(root.get("for")))):
        for image in _images(part) or _images(root):
            state = _first_state(image, {**root, **part})
            with variables_given([*_variables(root), *_variables(part)], state, file.path, shell):
                for phase in PHASES:
                    run_lines(_of_shell(part.get(phase)), state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _images(part: dict[str, Any]) -> list[Any]:
    """The nodes of the images that are no Windows; without any it is Windows."""
    named = [mapping(each).get("image") for each in items(mapping(part.get("matrix")).get("only"))]
    found = [each for node in (*named, part.get("image")) for each in items(node)]
    return [each for each in found if text_of(each).lower().startswith(("ubuntu", "macos"))]


def _first_state(image: Any, part: dict[str, Any]) -> State:
    name = text_of(image)
    release = RELEASE.match(name)
    host = "macos" if name.lower().startswith("macos") else f"ubuntu:{'.'.join(release.groups())}" if release \
        else "ubuntu"
    state = State(HostName(host, f"image: {name}, line {line_of(image)}"), User.ORDINARY)
    if any(stack.startswith("python") for stack in re.split(r",\s*", text_of(part.get("stack")))):
        state.activate(Active(Ground.VENV, "", f"stack: {text_of(part['stack'])}, which is a virtualenv"))
    return state


def _variables(part: dict[str, Any]) -> list[Any]:
    node = part.get("environment")
    return [node, mapping(node).get("global")]


def _of_shell(phase: Any) -> list[Any]:
    """The items that bash runs: `sh: …`, and what says no shell."""
    return [mapping(each).get("sh") if is_mapping(each) else each for each in items(phase)]
