"""CircleCI: each job's `run` steps, each a shell of its own that reads $BASH_ENV first."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import Active, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .dockerfile import image_state
from .repository import FileText, Repository
from .yaml_conditions import is_skipped_step
from .yaml_nodes import (
    compose,
    is_mapping,
    is_scalar,
    items,
    line_of,
    mapping,
    source_of,
    strings,
    text_of,
    texts,
)
from .yaml_variables import variables_given

KIND = "circleci"
PARAMETER = late(r"<<\s*parameters\.([\w-]+)\s*>>")


def claims(path: str, head: str) -> bool:
    """.circleci/config.yml and its kin."""
    return (".circleci/" in f"/{path}" and path.endswith((".yml", ".yaml"))) or ".circleci." in path.rsplit("/", 1)[-1]


def read(file: FileText, repository: Repository) -> Reading:
    """All jobs and commands of the file."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    commands = mapping(root.get("commands"))
    for name, node in mapping(root.get("jobs")).items():
        job = mapping(node)
        state = _first_state(job, root, _parameters(name, job, root), file, repository)
        if state is not None:
            state.give({"CI": "true", "CIRCLECI": "true", "CIRCLE_JOB": name})
            with variables_given(_environments(job, root), state, file.path, shell):
                _steps(items(job.get("steps")), state, shell, lines, file.path, commands)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _parameters(name: str, job: dict[str, Any], root: dict[str, Any]) -> dict[str, list[str]]:
    """The values that a job's parameters may have: the defaults, and what the workflows give."""
    declared = mapping(job.get("parameters"))
    found = {each: [text_of(mapping(node).get("default"))] for each, node in declared.items()}
    for workflow in mapping(root.get("workflows")).values() if declared else ():
        for entry in items(mapping(workflow).get("jobs")):
            given = mapping(mapping(entry).get(name))
            matrix = mapping(mapping(given.get("matrix")).get("parameters"))
            for each in found:
                found[each] += [*texts(given.get(each)), *texts(matrix.get(each))]
    return found


def _environments(job: dict[str, Any], root: dict[str, Any]) -> list[Any]:
    executor = job.get("executor")
    name = text_of(mapping(executor).get("name")) or text_of(executor)
    return [mapping(mapping(root.get("executors")).get(name)).get("environment"), job.get("environment")]


def _filled(text: str, parameters: dict[str, list[str]]) -> str:
    """With the parameters' values; of several the one that is no image of Python's own."""
    def replace(match: re.Match[str]) -> str:
        values = [value for value in parameters.get(match.group(1), ()) if value and "<<" not in value]
        return min(values, key=lambda value: "python" in value, default=match.group())

    return PARAMETER.sub(replace, text)


def _first_state(job: dict[str, Any], root: dict[str, Any], parameters: dict[str, list[str]], file: FileText,
                 repository: Repository) -> State | None:
    executor = job.get("executor")
    name = _filled(text_of(mapping(executor).get("name")) if is_mapping(executor) else text_of(executor), parameters)
    given = {**mapping(mapping(root.get("executors")).get(name)), **job}
    if name:
        own = mapping(given.get("parameters"))
        parameters = {**{each: [text_of(mapping(node).get("default"))] for each, node in own.items()}, **parameters,
                      **{each: [_filled(value, parameters)] for each, value in strings(executor).items()}}
    if "windows" in name:
        return None
    images = items(given.get("docker"))
    if images:
        image = _filled(text_of(mapping(images[0]).get("image")), parameters)
        state = image_state(image, f"image: {image}, line {line_of(images[0])}", file.path, repository)
        state.user = User.ORDINARY if image.startswith(("cimg/", "circleci/")) else state.user
    elif "macos" in given:
        state = State(HostName("macos", "macos:"), User.ORDINARY)
    else:
        machine = text_of(mapping(given.get("machine")).get("image"))
        state = State(HostName("ubuntu" if machine.startswith("ubuntu") or "machine" in given else "",
                               f"machine: {machine}"), User.ORDINARY)
        if "machine" in given:
            state.activate(Active(Ground.PRIVATE, "pyenv", "CircleCI's machine images have pyenv's Python first"))
    state.export(strings(given.get("environment")))
    return state


def _steps(steps: list[Any], state: State, shell: ShellRun, lines: list[str], path: str,
           commands: dict[str, Any], depth: int = 0) -> None:
    for node in steps:
        if is_skipped_step(mapping(node)):
            continue
        if is_scalar(node):
            inner = mapping(commands.get(text_of(node)))
        else:
            name = next(iter(mapping(node)), "")
            inner = mapping(commands.get(name)) or mapping(mapping(node).get("when", mapping(node).get("unless")))
        if inner and depth < 5:
            _steps(items(inner.get("steps")), state, shell, lines, path, commands, depth + 1)
            continue
        run = mapping(node).get("run")
        command = mapping(run).get("command") if is_mapping(run) else run
        source = source_of(command, lines, path)
        if source is not None:
            _run(source, mapping(run), state, shell)


def _run(source: SourceText, step: dict[str, Any], state: State, shell: ShellRun) -> None:
    inner = state.copy()
    inner.written = {}
    with variables_given([step.get("environment")], inner, source.path, shell):
        shell.start((text_of(step.get("shell")) or "bash").split(), inner)
        end = shell.run_script(source, inner.copy())
    state.note_manager(end.manager)
    text = end.written.get("BASH_ENV", "")
    if text:
        muted = ShellRun(shell.follow)
        muted.run_script(SourceText(text, source.path), state)
