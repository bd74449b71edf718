"""Composite actions: their `run` steps, in a job whose Python their callers have chosen."""

from __future__ import annotations

from ..circumstances import Reading, Skipped
from ..shell_run import ShellRun
from .file_text import FileText, Repository
from .github_steps import fresh_state, run_steps
from .github_workflow import items_of
from .yaml_nodes import YamlError, compose, mapping, text_of

KIND = "github-action"


def claims(path: str, head: str) -> bool:
    """action.yml, and what lies under .github/actions."""
    name = path.rsplit("/", 1)[-1]
    return name in ("action.yml", "action.yaml") or ("github-action" in name and name.endswith((".yml", ".yaml"))
                                                     and "using:" in head)


def read(file: FileText, repository: Repository) -> Reading:
    """The steps of `runs:`; an action in JavaScript or a container has none."""
    try:
        runs = mapping(mapping(compose(file.text)).get("runs"))
    except YamlError as error:
        return Reading(skipped=(Skipped(file.path, f"not YAML: {error}"),))
    if text_of(runs.get("using")) != "composite":
        return Reading()
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    state = fresh_state("the callers of this action choose the Python")
    run_steps(items_of(runs.get("steps")), state, shell, file.path, file.text.split("\n"), repository, "bash", [])
    return Reading(tuple(shell.found), (), tuple(shell.followed))
