"""Composite actions: their `run` steps, in a job whose Python their callers have chosen."""

from __future__ import annotations

from ..circumstances import CHOSEN_BY_CALLERS, Call, FoundCommand, Reading
from ..shell.run import ShellRun
from .callers import find_callers
from .github_inputs import inputs_of_action
from .github_matrix import Leg
from .github_steps import fresh_state, run_steps
from .github_versions import asked_version
from .github_workflow import items_of
from .repository import FileText, Repository
from .yaml_nodes import compose, mapping, text_of

KIND = "github-action"


def claims(path: str, head: str) -> bool:
    """action.yml, and what lies under .github/actions."""
    name = path.rsplit("/", 1)[-1]
    return name in ("action.yml", "action.yaml") or ("github-action" in name and name.endswith((".yml", ".yaml"))
                                                     and "using:" in head)


def read(file: FileText, repository: Repository) -> Reading:
    """The steps of `runs:`; an action in JavaScript or a container has none."""
    root = mapping(compose(file.text))
    runs = mapping(root.get("runs"))
    if text_of(runs.get("using")) != "composite":
        return Reading()
    lines = file.text.split("\n")
    found: list[FoundCommand] = []
    calls: list[Call] = []
    steps = items_of(runs.get("steps"))
    asked = " ".join(asked_version(mapping(each)) for each in steps)    # where that is empty, the callers know it
    known = {name: values for name, values in inputs_of_action(root).items() if any(values) or name not in asked}
    callers = find_callers(file.path, repository)
    if not callers:    # who calls it from elsewhere may ask for what it does not do by itself
        known = {name: values for name, values in known.items() if values != ("false",)}
    for state in callers or [fresh_state(CHOSEN_BY_CALLERS)]:
        shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
        run_steps(steps, state, shell, file.path, lines, repository, "bash", [Leg({**known, **state.handed})])
        found += shell.found
        calls += shell.calls
    return Reading(tuple(found), (), tuple(calls))
