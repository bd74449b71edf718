"""Compose files: what services run, in the image they name or build, with the environment they set."""

from __future__ import annotations

import os
import shlex
from typing import Any, Optional

from ...model.request import Location
from ..circumstances import Call, FoundCommand, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from . import dockerfile
from .dockerfile import built_state, image_state
from .repository import COMPOSE, FileText, Repository
from .yaml_nodes import (
    YamlError,
    compose,
    is_scalar,
    is_sequence,
    items,
    line_of,
    mapping,
    source_of,
    text_of,
    texts,
)
from .yaml_variables import report_switches, variables_in

KIND = "compose"


def claims(path: str, head: str) -> bool:
    """compose.yaml, docker-compose.yml and their kin."""
    return path.endswith((".yml", ".yaml")) and (COMPOSE.search(path) is not None
                                                 or ".compose." in path.rsplit("/", 1)[-1])


def read(file: FileText, repository: Repository) -> Reading:
    """Each service's entrypoint, command, hooks and health check; a Dockerfile written inline is read as one."""
    root = mapping(compose(file.text))
    lines = file.text.split("\n")
    found: list[FoundCommand] = []
    calls: list[Call] = []
    for name, node in mapping(root.get("services")).items():
        service = mapping(node)
        shell = ShellRun(lambda path, cwd: repository.follow(path, file.path, cwd))
        found += _inline(service, lines, file.path, repository)
        state = _first_state(name, service, file, repository)
        given = list(variables_in(service.get("environment")))
        state.export({each.name: each.value for each in given})
        report_switches(given, state, file.path, shell)
        for key in ("entrypoint", "command"):
            _run(service.get(key), state.copy(), shell, lines, file.path)
        for key in ("post_start", "pre_stop"):
            for hook in items(service.get(key)):
                _run(mapping(hook).get("command"), state.copy(), shell, lines, file.path)
        found += shell.found
        calls += shell.calls
    return Reading(tuple(found), (), tuple(calls))


def _inline(service: dict[str, Any], lines: list[str], path: str, repository: Repository) -> list[FoundCommand]:
    node = mapping(service.get("build")).get("dockerfile_inline")
    source = source_of(node, lines, path)
    if source is None:
        return []
    margin = " " * source.margin
    text = "\n" * (source.line - 1) + "\n".join(margin + line for line in source.text.split("\n"))
    return list(dockerfile.read(FileText(path, text), repository).commands)


def service_state(name: str, repository: Repository) -> Optional[State]:
    """What a service of that name has, by the first compose file that says which image it is; None without one."""
    for path in repository.listing("compose"):
        text = repository.read(path) or ""
        try:
            service = mapping(mapping(compose(text)).get("services")).get(name) if name in text else None
        except YamlError:    # that file is named when it is checked itself
            continue
        state = _first_state(name, mapping(service), FileText(path, text), repository) if service is not None else None
        if state is not None and state.host.name:
            return state
    return None


def _first_state(name: str, service: dict[str, Any], file: FileText, repository: Repository) -> State:
    state = State(HostName(), User.ROOT)
    build, image = service.get("build"), text_of(service.get("image"))
    if build is not None:
        entries = mapping(build)
        context = text_of(build) or text_of(entries.get("context")) or "."
        recipe = text_of(entries.get("dockerfile")) or "Dockerfile"
        path = os.path.normpath(os.path.join(os.path.dirname(file.path), context, recipe))
        state = built_state(path, repository) or state
    elif image:
        state = image_state(image, f"image: {image}, line {line_of(service['image'])}", file.path, repository)
    user = text_of(service.get("user")).partition(":")[0]
    if user:
        state.user = User.ROOT if user in ("0", "root") else User.ORDINARY
    state.cwd = text_of(service.get("working_dir")) or state.cwd
    return state


def _run(node: Any, state: State, shell: ShellRun, lines: list[str], path: str) -> None:
    if is_scalar(node):
        source = source_of(node, lines, path)
        if source is not None:
            source.text = source.text.replace("$$", "$")
            shell.run_script(source, state)
    elif is_sequence(node):
        words = texts(node)
        end = max([line_of(node), *(int(each.end_mark.line) + 1 for each in items(node))])
        place = Location(path, line_of(node), end, int(node.start_mark.column) + 1)
        text = shlex.join(word.replace("$$", "$") for word in words)
        shell.run_script(SourceText(text, path, fixed=place), state)
