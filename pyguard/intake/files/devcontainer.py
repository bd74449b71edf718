"""devcontainer.json: its life-cycle commands, in the image it names or builds."""

from __future__ import annotations

import os
import shlex
from typing import Any, Optional

from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .dockerfile import built_state, image_state
from .json_text import load, source_of
from .repository import FileText, Repository

KIND = "devcontainer"
COMMANDS = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand")
PYTHON_FEATURES = ("/features/python", "/features/anaconda", "/features/conda")


def claims(path: str, head: str) -> bool:
    """devcontainer.json in any of its places."""
    name = path.rsplit("/", 1)[-1]
    return name in ("devcontainer.json", ".devcontainer.json") or name.endswith(".devcontainer.json")


def read(file: FileText, repository: Repository) -> Reading:
    """Each command with a shell of its own; `initializeCommand` runs on the user's machine."""
    data = load(file.text)
    if not isinstance(data, dict):
        return Reading()
    shell = ShellRun(lambda name, cwd: repository.follow(name, "", cwd) or repository.follow(name, file.path, cwd))
    state = _first_state(data, file, repository)
    for key in COMMANDS:
        _run(data.get(key), state.copy(), shell, file)
    _run(data.get("initializeCommand"), State(HostName(), User.UNKNOWN), shell, file)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def state_around(path: str, repository: Repository) -> Optional[State]:
    """What a script that lies in `.devcontainer/` has around it: the container of the nearest devcontainer.json."""
    folder = os.path.dirname(path)
    while ".devcontainer" in folder.split("/"):
        file = repository.first([f"{folder}/devcontainer.json"])
        data = load(file.text) if file is not None else None
        if file is not None and isinstance(data, dict):
            return _first_state(data, file, repository)
        folder = os.path.dirname(folder)
    return None


def _first_state(data: dict[str, Any], file: FileText, repository: Repository) -> State:
    build = data.get("build")
    recipe = build.get("dockerfile") if isinstance(build, dict) else data.get("dockerFile")
    state = State(HostName(), User.ORDINARY)
    if isinstance(data.get("image"), str):
        state = image_state(data["image"], f"image: {data['image']}", file.path, repository)
    elif isinstance(recipe, str):
        path = os.path.normpath(os.path.join(os.path.dirname(file.path), recipe))
        state = built_state(path, repository) or state
    features = data.get("features")
    if isinstance(features, dict) and any(part in name and _brings_its_own(options) for name, options in
                                          features.items() for part in PYTHON_FEATURES):
        state.private_versions.add("3")
    state.user = User.ROOT if data.get("remoteUser") == "root" else User.ORDINARY
    return state


def _brings_its_own(options: Any) -> bool:
    version = options.get("version") if isinstance(options, dict) else options
    return version not in ("os-provided", "none")


def _run(value: Any, state: State, shell: ShellRun, file: FileText) -> None:
    if isinstance(value, str):
        source, _ = source_of(value, file.text, file.path)
        shell.run_script(source, state)
    elif isinstance(value, list) and value and all(isinstance(word, str) for word in value):
        first, _ = source_of(value[0], file.text, file.path)
        place = first.locate(0, 0)
        shell.run_script(SourceText(shlex.join(value), file.path, fixed=place), state)
    elif isinstance(value, dict):
        for each in value.values():
            _run(each, state.copy(), shell, file)
