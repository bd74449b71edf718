"""noxfile.py: sessions run in environments that nox makes; only what leaves them, or has none, is of interest."""

from __future__ import annotations

import ast
import shlex
import warnings
from collections.abc import Iterator
from typing import NamedTuple, Union

from ...model.late_pattern import late
from ...model.request import Location
from ..circumstances import Active, FoundCommand, Ground, HostName, Reading, Unreadable, User
from ..shell.make import made_of
from ..shell.nox import NOXFILE
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .callers import find_callers
from .repository import FileText, Repository

KIND = "nox"
WORTH = late(r"pip|python|easy_install|setup\.py|conda")
RUNS = frozenset(("run", "run_always", "run_install"))
UNKNOWN = "$unknown"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Session(NamedTuple):
    """Its name, whether nox makes no environment for it, and its function."""

    name: str
    bare: bool
    function: Function


def claims(path: str, head: str) -> bool:
    """By name."""
    return path.rsplit("/", 1)[-1] == NOXFILE


def read(file: FileText, repository: Repository) -> Reading:
    """Each session as something here runs nox, the others on a host that nothing names."""
    if WORTH.search(file.text) is None:
        return Reading()
    sessions = list(_sessions(_parse(file.text)))
    found: list[FoundCommand] = []
    run: set[str] = set()
    for state in find_callers(file.path, repository):
        goals = made_of(state)[0]
        wanted = {each.name for each in sessions if not goals or any(
            goal == each.name or goal.startswith((f"{each.name}-", f"{each.name}(")) for goal in goals)}
        run |= wanted
        found += _walk(file, [each for each in sessions if each.name in wanted], state)
    rest = [each for each in sessions if each.name not in run]
    return Reading((*found, *_walk(file, rest, State(HostName(), User.UNKNOWN))))


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Unreadable(f"not Python 3: {error}") from error


def _sessions(tree: ast.Module) -> Iterator[Session]:
    """The functions with `@nox.session(…)`; `python=False` and `venv_backend="none"` make no environment."""
    by_default = any(isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
                     and node.targets[0].attr == "default_venv_backend" and _value(node.value) == "none"
                     for node in tree.body)
    for node in tree.body:
        for decorator in node.decorator_list if isinstance(node, FUNCTIONS) else ():
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if getattr(called, "attr", getattr(called, "id", "")) != "session" or not isinstance(node, FUNCTIONS):
                continue
            given = {each.arg: _value(each.value) for each in decorator.keywords} \
                if isinstance(decorator, ast.Call) else {}
            backend = given.get("venv_backend", "none" if by_default else "")
            yield Session(str(given.get("name") or node.name), given.get("python") is False or backend == "none", node)


def _value(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else UNKNOWN


def _walk(file: FileText, sessions: list[Session], start: State) -> list[FoundCommand]:
    shell = ShellRun()
    for session in sessions:
        state = start.copy()
        if not session.bare:
            state.activate(Active(Ground.VENV, "", "nox runs it in an environment of its own"))
        for call in _runs(session.function):
            place = Location(file.path, call.lineno, call.end_lineno or call.lineno, call.col_offset + 1)
            line = shlex.join(str(_value(each)) for each in call.args).replace(f"'{UNKNOWN}'", UNKNOWN)
            end = shell.run_script(SourceText(line, file.path, fixed=place), state.copy())
            state.note_manager(end.manager)
            state.os_packages = end.os_packages
    return shell.found


def _runs(function: Function) -> Iterator[ast.Call]:
    """`session.run(…)`, in order."""
    own = function.args.args[0].arg if function.args.args else ""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)
             and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS
             and isinstance(node.func.value, ast.Name) and node.func.value.id == own and node.args]
    yield from sorted(calls, key=lambda each: (each.lineno, each.col_offset))
