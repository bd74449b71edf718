"""A Python program's own functions that hand a command line on: by what their bodies do with it, or by their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional, Union

from ...model.late_pattern import late
from .values import called

HELPER = late(r"(^|_)(run|exec|execute|call|sh|bash|shell|system|sudo|popen|spawn)_|"
              r"_(run|exec|execute|call|sh|bash|shell|cmd|command|system|sudo|popen)$|^(run|exec|sudo)[A-Z]")
ELSEWHERE = late(r"(?i)venv|container|docker|remote|python|test")    # what they run in is another system's
MAX_CHAIN = 3    # of such functions
MODULES = frozenset(("subprocess", "os", "asyncio"))


class Function(NamedTuple):
    """A function by whatever gives it a name: `def`, or an assignment of a lambda."""

    name: str
    node: Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
    inside: list[ast.AST]    # all that is written in it

    def parameters(self) -> list[str]:
        """Those that are given by place."""
        return [each.arg for each in (*self.node.args.posonlyargs, *self.node.args.args) if each.arg != "self"]

    def rest(self) -> str:
        """The name of `*words`, or an empty string."""
        return self.node.args.vararg.arg if self.node.args.vararg is not None else ""


class Helpers:
    """Those of one program; `runners` are the names of the functions of the standard library that run something."""

    def __init__(self, nodes: Sequence[ast.AST], runners: frozenset[str]) -> None:
        self.functions = list(_functions(nodes))
        self._spreading = {each.name for each in self.functions if each.rest() and not each.parameters()}
        self._places: dict[str, tuple[int, str]] = {}
        for _ in range(MAX_CHAIN):    # do(..., cmd) calls run_command(cmd), which runs it
            for each in self.functions:
                place = None if each.name in self._places else _handed_on(each, runners, self._places)
                self._places.update({each.name: place} if place is not None else {})
        self._handing = {*self._places, *_other_names(nodes, runners)}

    def spreads(self, name: str) -> bool:
        """`def run(*words)`: the words of the command one by one."""
        return name in self._spreading

    def given(self, call: ast.Call) -> Optional[ast.expr]:
        """The command in the call of a function that takes it behind other things: `do("pip", cmd="pip install x")`."""
        index, name = self._places.get(called(call), (0, ""))
        if not index:
            return None
        named = next((each.value for each in call.keywords if each.arg == name), None)
        return call.args[index] if named is None and len(call.args) > index else named

    def hand_on(self, name: str) -> bool:
        """`run_command`, `sh_exec`, `runCmd`, or any whose body runs what it is given."""
        return (name in self._handing or HELPER.search(name) is not None) and ELSEWHERE.search(name) is None


def _functions(nodes: Sequence[ast.AST]) -> Iterator[Function]:
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Function(node.name, node, list(ast.walk(node)))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            for target in node.targets:
                if isinstance(target, (ast.Name, ast.Attribute)):
                    yield Function(target.id if isinstance(target, ast.Name) else target.attr, node.value,
                                   list(ast.walk(node.value)))


def _handed_on(function: Function, runners: frozenset[str], places: dict[str, tuple[int, str]]
               ) -> Optional[tuple[int, str]]:
    """Which of its arguments, or all of them, the body gives to something that runs it."""
    runs = [each.args[0] for each in function.inside
            if isinstance(each, ast.Call) and each.args and (called(each) in runners or called(each) in places)]
    for index, name in enumerate(function.parameters() or [function.rest()]):
        if name and any(is_name(each, name) for each in runs):
            return index, name
    return None


def _other_names(nodes: Sequence[ast.AST], runners: frozenset[str]) -> Iterator[str]:
    """`sh = subprocess.check_call`, `sh = functools.partial(subprocess.run, check=True)`."""
    for node in nodes:
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Call) and called(value) == "partial" and len(value.args) == 1:
            value = value.args[0]
            is_runner = isinstance(value, ast.Name) and value.id in runners
        else:
            is_runner = False
        if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id in MODULES:
            is_runner = value.attr in runners
        if isinstance(node, ast.Assign) and is_runner:
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def is_name(node: ast.expr, name: str) -> bool:
    """The name by itself, or a list that is made of it: `list(words)`, `[*words]`."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and called(node) in ("list", "tuple"):
        node = node.args[0]
    if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
        node = node.elts[0]
    node = node.value if isinstance(node, ast.Starred) else node
    return isinstance(node, ast.Name) and node.id == name
