"""Travis CI: all phases of a job are one shell; `language: python` runs in a virtual environment of its own."""

from __future__ import annotations

from typing import Any

from ..circumstances import Active, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from .repository import FileText, Repository
from .script_steps import run_lines
from .yaml_nodes import compose, is_mapping, is_sequence, items, mapping, text_of
from .yaml_variables import variables_given

KIND = "travis"
PHASES = ("before_install", "install", "before_script", "script", "after_success", "after_failure", "before_deploy",
          "after_deploy", "after_script")
OF_MAC = frozenset(("objective-c", "swift"))    # languages whose jobs have macOS, where no `os:` says otherwise
EXPANDING = ("os", "arch", "python", "compiler", "rvm", "node_js", "jdk", "go", "php", "rust", "perl", "ghc", "julia")


def claims(path: str, head: str) -> bool:
    """.travis.yml."""
    return path.rsplit("/", 1)[-1] in (".travis.yml", ".travis.yaml") or path.endswith(".travis.yml")


def read(file: FileText, repository: Repository) -> Reading:
    """The top level's phases, and those of each job of a matrix."""
    root = mapping(compose(file.text))
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    lines = file.text.split("\n")
    matrix = mapping(root.get("jobs") or root.get("matrix")).get("include")
    legs = [mapping(each) for each in items(matrix)]
    for job in legs if legs and not _expands(root) else [{}, *legs]:
        merged = {**root, **job}
        system = text_of(merged.get("os")) or ("osx" if text_of(merged.get("language")) in OF_MAC else "linux")
        if system == "windows":
            continue
        name = text_of(merged.get("dist")) or "focal"
        state = State(HostName(f"ubuntu:{name}" if system == "linux" else "macos", f"Travis, dist: {name}"),
                      User.ORDINARY)
        if text_of(merged.get("language")) == "python":
            state.activate(Active(Ground.VENV, "", "language: python, which runs in a virtualenv"))
        given = [*_variables(root.get("env")), job.get("env")]    # a listed job has all of its own
        with variables_given(given, state, file.path, shell):
            run_lines([merged.get(phase) for phase in PHASES], state, shell, lines, file.path)
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def _expands(root: dict[str, Any]) -> bool:
    """Whether the top level makes jobs of its own beside those that are listed."""
    return any(key in root for key in EXPANDING) or is_sequence(root.get("env"))


def _variables(node: Any) -> list[Any]:
    """`env:` that all jobs have. A list by itself is a matrix of jobs."""
    if is_mapping(node):
        return [mapping(node).get("global")]
    return [node] if len(items(node)) == 1 else []
