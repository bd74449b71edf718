"""The steps of a job or of a composite action are walked in order: `run` as a shell, `uses` by what it does."""

from __future__ import annotations

import re
from typing import Any

from ...model.late_pattern import late
from ...model.request import Location
from ..circumstances import Active, Call, FoundCommand, Ground, HostName, Unreadable, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .github_actions import NEEDS_LOGIN, apply_action, is_quiet
from .github_expressions import EXPRESSION, handed_on, values_of
from .github_filled import filled, scripts_in
from .github_inputs import inputs_of_action
from .github_matrix import Leg, live
from .github_scripts import IN_IMAGE, handed_to, run_elsewhere, run_image
from .github_versions import brings_python, is_unversioned, unversioned
from .repository import FileText, Repository
from .yaml_nodes import YamlError, compose, is_mapping, is_sequence, line_of, mapping, source_of, strings, text_of
from .yaml_variables import variables_given

FOREIGN_SHELLS = late(r"^(cmd|powershell|python|node|perl|msys2|cygwin)", re.I)
SHELL_WITHIN = late(r"(micromamba-shell|(conda|mamba|micromamba|pixi|poetry|pipenv|pdm|hatch|uv|rye)\s+run|"
                    r"nix\s+(develop|shell)|nix-shell)(\s|$)")
PYTHON = late(r"python[\d.]*(\s|$)")
CALLS_MANAGER = late(r"^(?!.*\b(?:docker|podman|nerdctl|lxc|ssh|vagrant|chroot|wsl)\b)[^#\n]*\b(?:apt-get|apt|dnf|yum|"
                     r"zypper)\s+(?:-\S+\s+)*(?:install|update|upgrade|build-dep)\b", re.M)    # its own, no container's
MAX_NESTED = 5


def run_steps(steps: list[Any], state: State, shell: ShellRun, path: str, lines: list[str], repository: Repository,
              default_shell: str, legs: list[Leg], depth: int = 0) -> None:
    """Every step with a copy of the job's state; what it writes to $GITHUB_PATH and $GITHUB_ENV stays."""
    for node in steps:
        step = mapping(node)
        condition = text_of(step.get("if"))
        systems, running = live(legs, condition)
        if systems <= {"win"}:
            continue
        running = [leg for leg in running if leg.systems != ("win",)]
        uses = text_of(step.get("uses"))
        job, state = state, state if "linux" in systems else _on_mac(condition, state)
        if uses.startswith(IN_IMAGE):
            run_image(step["uses"], mapping(step.get("with")), shell, path, lines, repository)
        elif uses:
            handed, inputs = handed_to(uses), mapping(step.get("with"))
            if handed.images or handed.remote:
                run_elsewhere(handed, inputs, shell, path, lines, repository)
            for name in handed.scripts if not handed.images and not handed.remote else ():
                if name in inputs:
                    own = {**step, "run": inputs[name], "shell": inputs.get("shell")}
                    _run(own, state, shell, path, lines, "bash", running)
            _use(uses, strings(step.get("with")), line_of(step["uses"]), state, shell, repository, running, depth)
        elif "run" in step:
            _run(step, state, shell, path, lines, default_shell, running)
        state = job


def _on_mac(condition: str, state: State) -> State:
    """What a step for macOS alone changes, the others do not see; a job that only runs there is one state."""
    if state.host.name.startswith("macos"):
        return state
    inner = state.copy()
    inner.host = HostName("macos", f"if: {condition}")
    return inner


def _run(step: dict[str, Any], state: State, shell: ShellRun, path: str, lines: list[str],
         default_shell: str, legs: list[Leg]) -> None:
    name = values_of(text_of(step.get("shell")) or default_shell, legs[0].known if legs else {})[0]
    source = source_of(step["run"], lines, path)
    if source is None or (FOREIGN_SHELLS.match(name) and not PYTHON.match(name)):
        return
    inner = state.copy()
    inner.written = {}
    inner.cwd = text_of(step.get("working-directory"))
    if (environment := SHELL_WITHIN.match(name)) is not None:
        inner.activate(Active(_ground_of(name), "", f"shell: {environment.group().strip()}"))
    elif NEEDS_LOGIN.match(state.active.because) and not _is_login(name):
        inner.deactivate()
    with variables_given([step.get("env")], inner, path, shell):
        if environment is None:
            shell.start(name.split() or ["bash"], inner)
        if PYTHON.match(name):
            shell.found += _of_program(source, inner)
            return
        for handed in scripts_in(source.text, legs, lines, path):
            state.note_manager(shell.run_script(handed, inner.copy()).manager)
        for text in filled(source.text, legs):
            own = SourceText(text, path, source.line, source.column, source.margin, source.fixed)
            if not inner.is_told() and not inner.manager and CALLS_MANAGER.search(text):
                inner.manager = f"the step calls its package manager, line {line_of(step['run'])}"
            end = shell.run_script(own, inner.copy())
            keep_files(end, state, f"{path}:{line_of(step['run'])}")
            state.note_manager(end.manager)
            state.private_versions |= end.private_versions


def _of_program(source: SourceText, state: State) -> list[FoundCommand]:
    """`shell: python`. What is no Python fails in the job, before it runs anything."""
    from .python_source import commands_of  # with ast, which few workflows need

    text = EXPRESSION.sub(lambda match: "_" * len(match.group()), source.text)
    try:
        found = commands_of(FileText(source.path, "\n" * (source.line - 1) + text), state)
    except Unreadable:
        return []
    places = ((each, each.location) for each in found)
    return [each._replace(location=Location(at.path, at.line, at.end_line, at.column + source.margin))
            for each, at in places]


def _ground_of(name: str) -> Ground:
    """What a shell that begins with such a command has: `conda run -n base` the base, `poetry run` a venv."""
    if name.startswith("nix"):
        return Ground.PRIVATE
    if "conda" not in name and "mamba" not in name and not name.startswith("pixi"):
        return Ground.VENV
    return Ground.CONDA_BASE if re.search(r"(-n|--name)[ =]+base\b", name) else Ground.CONDA


def _is_login(name: str) -> bool:
    return bool(re.search(r"\s-\w*[li]", name)) or "--login" in name or name == "pwsh" or "${{" in name


def keep_files(end: State, state: State, where: str) -> None:
    """$GITHUB_PATH, $GITHUB_ENV and poetry's configuration, for the steps after."""
    if "poetry" in end.written:
        state.export({"POETRY_VIRTUALENVS_CREATE": "false"})
    for entry in reversed(end.written.get("GITHUB_PATH", "").split("\n")):
        directory = entry.strip().strip("\"'").split(":")[0]
        if directory.rstrip("/") in ("/usr/bin", "/bin"):
            state.activate(Active())
        elif directory:
            active = end.active if directory == "$PATH" and end.active != state.active else end.classify_directory(
                directory, f"{directory} in $GITHUB_PATH, {where}")
            if active is not None:
                state.activate(active)
    for line in end.written.get("GITHUB_ENV", "").split("\n"):
        name, equals, value = line.strip().strip("\"'").partition("=")
        if equals and name.isidentifier():
            if name == "PATH" and end.active.ground is not Ground.HOST and end.active != state.active:
                state.activate(end.active)
                continue
            state.export({name: value}, f"{name} in $GITHUB_ENV, {where}")
            if name == "VIRTUAL_ENV":
                state.activate(Active(Ground.VENV, value, f"VIRTUAL_ENV in $GITHUB_ENV, {where}"))


def _use(uses: str, inputs: dict[str, str], line: int, state: State, shell: ShellRun, repository: Repository,
         legs: list[Leg], depth: int) -> None:
    if not uses.startswith("./"):
        if brings_python(uses, inputs, repository, legs):
            apply_action(uses, inputs, state, line)
        elif state.active == Active() and is_unversioned(uses, inputs):
            state.active = unversioned(uses, line, repository)
        return
    folder = uses[2:].rstrip("/")
    within = folder[max(folder.find(".github/"), 0):]    # the repository may be checked out below the working directory
    for place in (f"{each}/{name}".lstrip("/") for each in dict.fromkeys((folder, within))
                  for name in ("action.yml", "action.yaml")):
        text = repository.read(place)
        if text is not None and depth < MAX_NESTED:
            _use_local(place, text, line, inputs, state, shell, repository, legs, depth)
            return
    if not is_quiet(folder):
        state.activate(Active(Ground.UNKNOWN, uses, f"uses: {uses}, line {line}, is not here to be read"))


def _use_local(path: str, text: str, line: int, inputs: dict[str, str], state: State, shell: ShellRun,
               repository: Repository, legs: list[Leg], depth: int) -> None:
    """A composite action of this repository: its own findings are its own file's."""
    try:
        root = mapping(compose(text))
    except YamlError:
        return
    runs = mapping(root.get("runs"))
    given = {f"inputs.{name}": _given(value, legs) for name, value in inputs.items()}
    within = [Leg({**inputs_of_action(root), **given}, leg.systems) for leg in legs[:1]]
    node: Any = runs.get("steps")
    steps: list[Any] = [each for each in (node.value if is_sequence(node) else []) if is_mapping(each)]
    muted = ShellRun(shell.follow)
    called = state.copy()
    called.handed = given
    shell.calls.append(Call(path, line, called))
    before = state.active
    run_steps(steps, state, muted, path, text.split("\n"), repository, "bash", within, depth + 1)
    shell.calls += muted.calls
    if state.active != before:
        state.active = state.active._replace(because=f"{state.active.because} (through line {line})")


def _given(value: str, legs: list[Leg]) -> tuple[str, ...]:
    """All that an input may be given; none where one leg's value is not known."""
    found = [handed_on(value, leg.known) for leg in legs]
    return tuple(dict.fromkeys(each for values in found for each in values)) if all(found) else ()


def fresh_state(because: str) -> State:
    """The state of a composite action by itself: its callers choose the Python."""
    state = State(HostName(), User.ORDINARY)
    state.activate(Active(Ground.UNKNOWN, "", because))
    return state
