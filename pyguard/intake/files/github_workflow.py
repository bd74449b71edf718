"""GitHub workflows: every job's `run` steps, in order, with what the steps before have made of the job."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import FoundCommand, Ground, HostName, Reading, Skipped, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .dockerfile import image_state
from .github_steps import run_steps
from .repository import FileText, Repository
from .yaml_nodes import YamlError, compose, is_mapping, is_sequence, items, line_of, mapping, strings, text_of, texts

KIND = "github-workflow"
OWN = frozenset((Ground.PRIVATE, Ground.VENV, Ground.CONDA))
PYTHONS = late(r"(pip|python|pipenv|get-pip)[\d.-]*(\.py)?$")
EXPRESSION = late(r"\$\{\{\s*matrix\.([\w.-]+)\s*\}\}")


def claims(path: str, head: str) -> bool:
    """By place; elsewhere by `jobs:` and `runs-on:`. A composite action may lie in a folder among the workflows."""
    if not path.endswith((".yml", ".yaml")) or (re.search(r"^runs:", head, re.M) and "runs-on:" not in head):
        return False
    return "/.github/workflows/" in f"/{path}" or ("runs-on:" in head and re.search(r"^jobs:", head, re.M) is not None)


def read(file: FileText, repository: Repository) -> Reading:
    """All jobs; a file that is no YAML is named as not checked."""
    try:
        root = mapping(compose(file.text))
    except YamlError as error:
        return Reading(skipped=(Skipped(file.path, f"not YAML: {error}"),))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    for node in mapping(root.get("jobs")).values():
        _job(node, root, file, repository, shell, lines)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _job(node: Any, root: dict[str, Any], file: FileText, repository: Repository, shell: ShellRun,
         lines: list[str]) -> None:
    job = mapping(node)
    systems = runners(job)
    if systems and all(name.startswith("win") for name in systems):
        return
    state = _first_state(job, systems, file, repository)
    before, calls = len(shell.found), len(shell.calls)
    switches = [switch for level in (root, job) for switch in take_variables(level.get("env"), state)]
    defaults = mapping(mapping(job.get("defaults") or root.get("defaults")).get("run"))
    run_steps(items_of(job.get("steps")), state, shell, file.path, lines, repository, text_of(defaults.get("shell")),
              systems)
    # Where nothing in the job runs the runner's own Python, there is no guard to switch off
    runs_others = len(shell.calls) > calls and state.active.ground not in OWN
    if runs_others or any(map(_runs_the_hosts, shell.found[before:])):
        emit_switches(switches, state, file.path, shell)


def _runs_the_hosts(found: FoundCommand) -> bool:
    return found.circumstances.active.ground is Ground.HOST and PYTHONS.match(
        found.argv[0].rsplit("/", 1)[-1]) is not None


def items_of(node: Any) -> list[Any]:
    """The steps: a list's mappings."""
    return [each for each in (node.value if is_sequence(node) else []) if is_mapping(each)]


def runners(job: dict[str, Any]) -> list[str]:
    """The names of all runners a job may get, its matrix resolved; empty where they are not said here."""
    node = job.get("runs-on")
    labels = mapping(node).get("labels") or mapping(node).get("group") if is_mapping(node) else node
    names = texts(labels)
    found: list[str] = []
    for name in names:
        match = EXPRESSION.search(name)
        found.extend(_matrix_values(job, match.group(1)) if match else [name])
    if "self-hosted" in found:
        return ["self-hosted"]
    return [name for name in found if name]


def _matrix_values(job: dict[str, Any], name: str) -> list[str]:
    matrix = mapping(mapping(job.get("strategy")).get("matrix"))
    key, _, field = name.partition(".")
    values: list[str] = []
    for node in items(matrix.get(key)):
        values.extend(texts(mapping(node).get(field)) if field else texts(node))
    for node in items(matrix.get("include")):
        value = mapping(node).get(key)
        values.extend(texts(mapping(value).get(field)) if field else texts(value))
    return values


def _first_state(job: dict[str, Any], systems: list[str], file: FileText, repository: Repository) -> State:
    node = job.get("container")
    container = text_of(mapping(node).get("image")) if is_mapping(node) else text_of(node)
    if container and node is not None:
        match = EXPRESSION.search(container)
        values = _matrix_values(job, match.group(1)) if match else []
        image = EXPRESSION.sub(lambda _: values[0], container) if values else container
        return image_state(image, f"container: {image}, line {line_of(node)}", file.path, repository)
    name = best_runner(systems)
    line = line_of(job["runs-on"]) if "runs-on" in job else 0
    return State(HostName(name, f"runs-on: {name}, line {line}" if name else ""), User.ORDINARY)


def best_runner(systems: list[str]) -> str:
    """Of a matrix of systems, the one on which an install can do harm."""
    for start in ("ubuntu", "self-hosted", "macos", ""):
        for name in systems:
            if name.startswith(start):
                return name
    return ""


def export_variables(node: Any, state: State, path: str, shell: ShellRun) -> None:
    """`env:` for everything after it; a switched-off guard there is a command of its own."""
    emit_switches(take_variables(node, state), state, path, shell)


def take_variables(node: Any, state: State) -> list[tuple[str, int]]:
    """`env:` for everything after it; what in it switches pip's guard off, with the line."""
    values = strings(node)
    state.export({name: None if "${{" in value else value for name, value in values.items()})
    return [(f"{name}={value}", line_of(mapping(node)[name])) for name, value in values.items()
            if name == "PIP_BREAK_SYSTEM_PACKAGES"]


def emit_switches(switches: list[tuple[str, int]], state: State, path: str, shell: ShellRun) -> None:
    """Each as a command of its own."""
    for text, line in switches:
        place = SourceText("", path, line).locate(0, 0)
        shell.found.append(FoundCommand(("env:", text), place, state.circumstances()))
