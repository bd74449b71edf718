"""GitHub workflows: every job's `run` steps, in order, with what the steps before have made of the job."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .dockerfile import image_state
from .github_expressions import Known, handed_on, system_of, values_of
from .github_inputs import inputs_of
from .github_matrix import Leg, environment_of, legs_of, live, parted, runners_of
from .github_steps import run_steps
from .github_versions import asked_version
from .repository import FileText, Repository
from .yaml_nodes import compose, is_mapping, is_sequence, line_of, mapping, text_of
from .yaml_variables import variables_given

KIND = "github-workflow"
PYTHON_IMAGE = late(r"python|pypy|conda|mamba|linux_\d|manylinux")
MAX_IMAGES = 4
MAX_PARTS = 8       # of a matrix, by the conditions of its steps


def claims(path: str, head: str) -> bool:
    """By place; elsewhere by `jobs:` and `runs-on:`. A composite action may lie in a folder among the workflows."""
    if not path.endswith((".yml", ".yaml")) or (re.search(r"^runs:", head, re.M) and "runs-on:" not in head):
        return False
    return "/.github/workflows/" in f"/{path}" or ("runs-on:" in head and re.search(r"^jobs:", head, re.M) is not None)


def read(file: FileText, repository: Repository) -> Reading:
    """All jobs; a file that is no YAML is named as not checked."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    inputs = inputs_of(root, file.path, file.text, repository)
    for name, node in mapping(root.get("jobs")).items():
        _job(name, mapping(node), root, inputs, file, repository, shell, lines)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _job(name: str, job: dict[str, Any], root: dict[str, Any], inputs: Known, file: FileText,
         repository: Repository, shell: ShellRun, lines: list[str]) -> None:
    legs = legs_of(job, inputs)
    systems, legs = live(legs, text_of(job.get("if")))
    if not systems or ("runs-on" in job and systems == {"win"}):
        return
    defaults = mapping(mapping(job.get("defaults") or root.get("defaults")).get("run"))
    steps = items_of(job.get("steps"))
    using = [each for each in map(mapping, steps) if "uses" in each]
    asked = [text for each in using for text in (text_of(each.get("if")), asked_version(each)) if text]
    parts = ((image, part) for image, on in _by_image(job, legs) for part in parted(on, asked)[:MAX_PARTS])
    for image, on in parts:
        state = _first_state(job, image, on, file, repository)
        given = environment_of(job.get("env"), legs, on)
        state.export(given)
        state.give({"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_JOB": name,
                    **{each: value for each, value in given.items() if value is not None}})
        state.decides = "" in given.values()    # what only other legs have
        environments = [root.get("env"), mapping(job.get("container")).get("env"), job.get("env")]
        with variables_given(environments, state, file.path, shell):
            run_steps(steps, state, shell, file.path, lines, repository, text_of(defaults.get("shell")), on)


def items_of(node: Any) -> list[Any]:
    """The steps: a list's mappings."""
    return [each for each in (node.value if is_sequence(node) else []) if is_mapping(each)]


def _by_image(job: dict[str, Any], legs: list[Leg]) -> list[tuple[str, list[Leg]]]:
    """The images that the job runs in, with the legs that do; an empty name is the runner itself."""
    node = job.get("container")
    container = text_of(mapping(node).get("image")) if is_mapping(node) else text_of(node)
    if not container:
        return [("", legs)]
    found: dict[str, list[Leg]] = {}
    for leg in legs:
        for image in values_of(container, leg.known):
            named = handed_on(image, leg.known) != ("",)
            found.setdefault(image if named else "", []).append(leg._replace(systems=("linux",) if named
                                                                             else leg.systems))
    return sorted(found.items(), key=lambda each: PYTHON_IMAGE.search(each[0]) is not None)[:MAX_IMAGES]


def _first_state(job: dict[str, Any], image: str, legs: list[Leg], file: FileText, repository: Repository) -> State:
    if image:
        return image_state(image, f"container: {image}, line {line_of(job['container'])}", file.path, repository)
    name = best_runner([label for leg in legs for label in runners_of(job, leg.known)])
    line = line_of(job["runs-on"]) if "runs-on" in job else 0
    return State(HostName(name, f"runs-on: {name}, line {line}" if name else ""), User.ORDINARY)


def best_runner(labels: list[str]) -> str:
    """Of a matrix of systems, the one on which an install can do harm; a machine of one's own may be any."""
    if "self-hosted" in labels:
        return "self-hosted"
    return next((name for start in ("ubuntu", "macos", "") for name in labels
                 if name.startswith(start) and system_of(name) != "win"), "")
