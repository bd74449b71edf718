"""Azure Pipelines: `script` and `bash` steps, after what UsePythonVersion and the container make of the job."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ..circumstances import Active, Call, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .azure_hosts import best, each_of, parameters_of, resolved, systems_of, variables_of, with_parameters
from .callers import find_callers
from .dockerfile import image_state
from .github_expressions import Known
from .repository import FileText, Repository
from .yaml_conditions import is_false
from .yaml_nodes import (
    MAX_ITEMS,
    YamlError,
    compose,
    is_mapping,
    is_sequence,
    items,
    line_of,
    mapping,
    source_of,
    strings,
    text_of,
)
from .yaml_variables import variables_given

KIND = "azure-pipelines"
STEP = late(r"^[ \t]*(-[ \t]+)?(task|script|bash)\s*:", re.M)
MAX_TEMPLATES = 5
OF_PIPELINE = frozenset(("pool", "jobs", "stages", "trigger", "pr", "extends", "resources", "schedules", "container"))
INHERITED = ("pool", "container", "resources", "variables")


def claims(path: str, head: str) -> bool:
    """azure-pipelines.yml, what lies in .azure-pipelines/; elsewhere by images or parameters, and steps."""
    if not path.endswith((".yml", ".yaml")):
        return False
    return "azure-pipeline" in path or ".azure" in path or "azure." in path or (
        ("vmImage:" in head or "${{ parameters." in head) and STEP.search(head) is not None)


def read(file: FileText, repository: Repository) -> Reading:
    """The steps of the file, of its jobs, and of the jobs of its stages; those of a template as its callers run it."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd) or repository.follow(name, "", cwd))
    lines = file.text.split("\n")
    known = each_of(file.text, parameters_of(root, file.path, repository))
    states = find_callers(file.path, repository) if "steps" in root and OF_PIPELINE.isdisjoint(root) else []
    for state in states:
        _set_parameters({name: values[0] for name, values in known.items() if values}, state)
        _walk(_listed(root.get("steps")), state, file, repository, shell, lines)
    if not states:
        _level(root, {}, known, file, repository, shell, lines)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _level(level: dict[str, Any], above: dict[str, Any], known: Known, file: FileText, repository: Repository,
           shell: ShellRun, lines: list[str], depth: int = 0) -> None:
    if depth > 5 or is_false(level.get("condition")):
        return
    inherited: dict[str, Any] = {key: above[key] for key in INHERITED if key in above}
    merged = {**inherited, **level}
    for key in ("stages", "jobs"):
        for node in _listed(level.get(key)):
            _level(mapping(node), merged, known, file, repository, shell, lines, depth + 1)
    for job in (merged, *_hooks(level.get("strategy"), merged)):
        if "steps" in job:
            _steps(job, known, file, repository, shell, lines)


def _listed(node: Any) -> list[Any]:
    """A list's entries, and those of the blocks that an expression puts there: `${{ if … }}:`, `${{ each … }}:`."""
    found: list[Any] = []
    waiting = list(reversed(items(node)))
    for _ in range(MAX_ITEMS):
        if not waiting:
            break
        each = waiting.pop()
        blocks = [value for key, value in mapping(each).items() if key.startswith("${{") and is_sequence(value)]
        waiting.extend(inner for block in reversed(blocks) for inner in reversed(items(block)))
        if not blocks:
            found.append(each)
    return found


def _hooks(strategy: Any, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a deployment job, each of which is run like a job: `runOnce: {deploy: …, on: {failure: …}}`."""
    found: list[dict[str, Any]] = []
    for kind in mapping(strategy).values():
        hooks = mapping(kind)
        for hook in (*hooks.values(), *mapping(hooks.get("on")).values()):
            said = mapping(hook)
            if "steps" in said:
                found.append({**job, **{key: said[key] for key in ("pool", "steps") if key in said}})
    return found


def _steps(job: dict[str, Any], known: Known, file: FileText, repository: Repository, shell: ShellRun,
           lines: list[str]) -> None:
    state = _first_state(job, known, file, repository)
    if state is None:
        return
    _set_parameters({name: values[0] for name, values in known.items() if values}, state)
    with variables_given([job.get("variables")], state, file.path, shell):
        _walk(_listed(job.get("steps")), state, file, repository, shell, lines)


def _set_parameters(values: dict[str, str], state: State) -> None:
    """Those that the caller of a template has not given."""
    for name, value in values.items():
        state.variables.setdefault(name, value)


def _walk(steps: list[Any], state: State, file: FileText, repository: Repository, shell: ShellRun, lines: list[str],
          depth: int = 0) -> None:
    for node in steps:
        step = mapping(node)
        systems = systems_of(text_of(step.get("condition")))
        if systems <= {"win"} or is_false(step.get("condition")) or is_false(step.get("enabled")):
            continue
        if "template" in step:
            before = dict(state.variables)
            state.variables.update({f"parameters.{name}": value
                                    for name, value in strings(step.get("parameters")).items()})
            _template(text_of(step["template"]), line_of(node), state, file, repository, shell, depth)
            state.variables.update({name: before.get(name) for name in state.variables if "." in name})
        task = text_of(step.get("task")).partition("@")[0]
        if task == "UsePythonVersion" and strings(step.get("inputs")).get("addToPath", "").lower() != "false":
            state.activate(Active(Ground.PRIVATE, "", f"task: UsePythonVersion, line {line_of(node)}"))
        elif task == "CondaEnvironment":
            state.activate(Active(Ground.CONDA, "", f"task: CondaEnvironment, line {line_of(node)}"))
        inputs = mapping(step.get("inputs"))
        text = step.get("script") or step.get("bash") or (inputs.get("script") if task in (
            "Bash", "CmdLine", "ShellScript") else None)
        source = source_of(text, lines, file.path)
        if source is not None:
            inner = state.copy()
            source.text = with_parameters(source.text, state.variables)
            if "linux" not in systems:
                inner.host = HostName("macos", f"condition: {text_of(step.get('condition'))}")
            with variables_given([step.get("env")], inner, file.path, shell):
                end = shell.run_script(source, inner.copy())
            state.note_manager(end.manager)
            if "task.prependpath" in source.text:
                state.activate(Active(Ground.UNKNOWN, "", f"task.prependpath, line {line_of(node)}"))


def _template(name: str, line: int, state: State, file: FileText, repository: Repository, shell: ShellRun,
              depth: int) -> None:
    """Steps kept in another file: their findings are its own, what they make of the job stays."""
    found = repository.follow(name, file.path) if "@" not in name and depth < MAX_TEMPLATES else None
    if found is None:
        state.activate(Active(Ground.UNKNOWN, name, f"template: {name}, line {line}, is not here to be read"))
        return
    try:
        steps = _listed(mapping(compose(found.text)).get("steps"))
    except YamlError:
        return
    shell.calls.append(Call(found.path, line, state.copy()))
    _walk(steps, state, found, repository, ShellRun(shell.follow), found.text.split("\n"), depth + 1)


def _first_state(job: dict[str, Any], known: Known, file: FileText, repository: Repository) -> State | None:
    variables = variables_of(job.get("variables"))
    node = job.get("container")
    image = text_of(mapping(node).get("image")) if is_mapping(node) else text_of(node)
    images = resolved(image, job, variables, known) if image else []
    image = next((each for each in images if "python" not in each), images[0]) if images else ""
    for each in items(mapping(job.get("resources")).get("containers")):
        if image and text_of(mapping(each).get("container")) == image:
            image = text_of(mapping(each).get("image"))
            break
    if image:
        return image_state(image, f"container: {image}, line {line_of(node)}", file.path, repository)
    pool = mapping(job.get("pool"))
    name = text_of(pool.get("vmImage")) or text_of(job.get("pool"))
    name = best(resolved(name, job, variables, known))
    if name.startswith("win"):
        return None
    return State(HostName(name, f"vmImage: {name}" if name else ""), User.ORDINARY)
